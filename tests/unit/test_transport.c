/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Linux adapter over ioctls that are caught here: what each word is on the
 * bus, and what becomes of each adapter's errnos.
 */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>

#include "error.h"
#include "transport.h"

#define ALL_FUNCTIONS (I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL)

static struct {
	unsigned long functions;
	int busy_address; /* a kernel driver has it */
	int errors[8];	  /* of the next transfers; 0: it works */
	size_t error_count, error_at;
	unsigned long address; /* by I2C_SLAVE */
	unsigned long timeout, retries;
	char log[256];
	uint8_t written[256];
	size_t written_len;
	uint64_t pulse_us; /* what a write to address 0 takes */
} adapter;

static uint64_t passed_us; /* of such writes, on the clock */

static void note(const char *format, ...)
{
	size_t len = strlen(adapter.log);
	va_list args;

	va_start(args, format);
	vsnprintf(adapter.log + len, sizeof(adapter.log) - len, format, args);
	va_end(args);
}

static int next_error(void)
{
	if (adapter.error_at == adapter.error_count)
		return 0;
	return adapter.errors[adapter.error_at++];
}

static int transfer(struct i2c_rdwr_ioctl_data *data)
{
	struct i2c_msg *msg = data->msgs;
	int err = next_error();

	assert_int_equal(data->nmsgs, 1);
	assert_int_equal(msg->addr, adapter.address);
	if (err) {
		note(msg->flags & I2C_M_RD ? "r " : "x ");
		return err;
	}
	if (msg->flags & I2C_M_RD) {
		note("R%u ", msg->len);
		memset(msg->buf, 0xa5, msg->len);
	} else {
		note("X%u ", msg->len);
		memcpy(adapter.written, msg->buf, msg->len);
		adapter.written_len = msg->len;
	}
	return 0;
}

static int smbus(const struct i2c_smbus_ioctl_data *data)
{
	int err = next_error();

	assert_int_equal(data->read_write, I2C_SMBUS_WRITE);
	if (adapter.address == 0)
		passed_us += adapter.pulse_us;
	if (data->size == I2C_SMBUS_QUICK)
		note("Q%02lx ", adapter.address);
	else if (data->size == I2C_SMBUS_BYTE)
		note("B%02lx=%02x ", adapter.address, data->command);
	else
		fail_msg("SMBus transfer %u", data->size);
	return err;
}

static int act(unsigned long request, unsigned long arg)
{
	switch (request) {
	case I2C_FUNCS:
		*(unsigned long *)arg = adapter.functions;
		return 0;
	case I2C_SLAVE:
		if ((int)arg == adapter.busy_address)
			return EBUSY;
		adapter.address = arg;
		return 0;
	case I2C_TIMEOUT:
		adapter.timeout = arg;
		return 0;
	case I2C_RETRIES:
		adapter.retries = arg;
		return 0;
	case I2C_RDWR:
		return transfer((struct i2c_rdwr_ioctl_data *)arg);
	case I2C_SMBUS:
		return smbus((struct i2c_smbus_ioctl_data *)arg);
	default:
		return ENOTTY;
	}
}

/* In place of the C library's, also for libi2c. */
__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request,
						 ...)
{
	unsigned long arg;
	va_list args;
	int err;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, unsigned long);
	va_end(args);
	err = adapter.functions ? act(request, arg) : ENOTTY;
	if (!err)
		return 0;
	errno = err;
	return -1;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock,
							 struct timespec *now)
{
	if (syscall(SYS_clock_gettime, clock, now) < 0)
		return -1;
	now->tv_sec += (time_t)(passed_us / 1000000);
	return 0;
}

static void new_adapter(void)
{
	memset(&adapter, 0, sizeof(adapter));
	adapter.functions = ALL_FUNCTIONS;
	adapter.busy_address = -1;
}

static void fail_next(size_t count, int err)
{
	adapter.error_at = 0;
	adapter.error_count = count;
	for (size_t i = 0; i < count; i++)
		adapter.errors[i] = err;
}

/* Any file will do, since the ioctls are ours. */
static struct transport *open_adapter(void)
{
	struct transport *bus;

	new_adapter();
	assert_int_equal(transport_open("/dev/null:0x60", &bus), 0);
	return bus;
}

static void a_file_that_is_no_bus_is_refused(void **state)
{
	struct transport *bus;

	(void)state;
	new_adapter();
	adapter.functions = 0;
	assert_int_equal(transport_open("/dev/null", &bus), -EINVAL);
	assert_non_null(strstr(fail_reason(), "no I2C bus"));
}

static void an_adapter_that_cannot_is_told_what_it_lacks(void **state)
{
	struct transport *bus;

	(void)state;
	new_adapter();
	adapter.functions = I2C_FUNC_SMBUS_EMUL;
	assert_int_equal(transport_open("/dev/null", &bus), -EOPNOTSUPP);
	assert_non_null(strstr(fail_reason(), "SMBus only"));
	adapter.functions = I2C_FUNC_I2C | I2C_FUNC_SMBUS_QUICK;
	assert_int_equal(transport_open("/dev/null", &bus), -EOPNOTSUPP);
	assert_non_null(strstr(fail_reason(), "single byte"));
}

static void opening_sends_nothing_and_sets_short_timeouts(void **state)
{
	struct transport *bus = open_adapter();

	(void)state;
	assert_string_equal(adapter.log, "");
	assert_string_equal(bus->name, "null");
	assert_int_equal(bus->address, 0x60);
	assert_in_range(adapter.timeout, 1, 20);
	assert_int_equal(adapter.retries, 0);
	transport_close(bus);
	new_adapter();
	assert_int_equal(transport_open("/dev/null", &bus), 0);
	assert_int_equal(bus->address, 0);
	transport_close(bus);
}

static void an_address_with_a_kernel_driver_is_busy(void **state)
{
	struct transport *bus;

	(void)state;
	new_adapter();
	adapter.busy_address = 0x60;
	assert_int_equal(transport_open("/dev/null:0x60", &bus), -EBUSY);
	assert_non_null(strstr(fail_reason(), "0x60"));
	assert_non_null(strstr(fail_reason(), "kernel driver"));
	assert_int_equal(transport_open("/dev/null", &bus), 0);
	assert_int_equal(bus->ops->set_address(bus, 0x60), -EBUSY);
	assert_int_equal(bus->ops->set_address(bus, 0x35), 0);
	assert_int_equal(bus->address, 0x35);
	transport_close(bus);
}

static void words_are_single_bytes(void **state)
{
	struct transport *bus = open_adapter();

	(void)state;
	assert_int_equal(bus->ops->reset(bus), 0);
	assert_int_equal(bus->ops->sleep(bus), 0);
	assert_int_equal(bus->ops->idle(bus), 0);
	assert_string_equal(adapter.log, "B60=00 B60=01 B60=02 ");
	transport_close(bus);
}

static void packets_follow_word_address_3(void **state)
{
	struct transport *bus = open_adapter();
	uint8_t packet[256] = { 7, 0x30, 0, 0, 0, 3, 0x5d };

	(void)state;
	assert_int_equal(bus->ops->send(bus, packet, 7), 0);
	assert_string_equal(adapter.log, "X8 ");
	assert_int_equal(adapter.written[0], 3);
	assert_memory_equal(adapter.written + 1, packet, 7);
	assert_int_equal(bus->ops->send(bus, packet, 256), -EMSGSIZE);
	assert_int_equal(bus->ops->receive(bus, packet, 35), 35);
	assert_int_equal(packet[34], 0xa5);
	assert_string_equal(adapter.log, "X8 R35 ");
	transport_close(bus);
}

static void the_wake_pulse_goes_to_address_0_acknowledged_or_not(void **state)
{
	static const int words[] = { 0, ENXIO, EREMOTEIO, EIO, ETIMEDOUT };
	uint8_t answer[4];

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct transport *bus = open_adapter();
		uint64_t start_us = bus->ops->now_us(bus);

		fail_next(1, words[i]);
		assert_int_equal(bus->ops->wake(bus, answer), 0);
		assert_string_equal(adapter.log, "Q00 R4 ");
		assert_true(bus->ops->now_us(bus) - start_us >= 1500);
		assert_int_equal(answer[3], 0xa5);
		transport_close(bus);
	}
}

static void adapters_without_quick_writes_wake_by_a_byte(void **state)
{
	struct transport *bus = open_adapter();
	uint8_t answer[4];

	(void)state;
	/* It says so only when asked to. */
	fail_next(1, EOPNOTSUPP);
	assert_int_equal(bus->ops->wake(bus, answer), 0);
	assert_string_equal(adapter.log, "Q00 B00=00 R4 ");
	assert_int_equal(bus->ops->wake(bus, answer), 0);
	assert_string_equal(adapter.log, "Q00 B00=00 R4 B00=00 R4 ");
	transport_close(bus);
	new_adapter();
	adapter.functions &= ~(unsigned long)I2C_FUNC_SMBUS_QUICK;
	assert_int_equal(transport_open("/dev/null:0x60", &bus), 0);
	assert_int_equal(bus->ops->wake(bus, answer), 0);
	assert_string_equal(adapter.log, "B00=00 R4 ");
	transport_close(bus);
}

static void a_pulse_longer_than_the_watchdog_has_woken_nobody(void **state)
{
	struct transport *bus = open_adapter();
	uint8_t answer[4];

	(void)state;
	adapter.pulse_us = 5000000;
	fail_next(1, ETIMEDOUT);
	assert_int_equal(bus->ops->wake(bus, answer), -ETIMEDOUT);
	assert_string_equal(adapter.log, "Q00 ");
	assert_int_equal(adapter.address, 0x60);
	transport_close(bus);
	passed_us = 0;
}

static void naks_are_told_from_failures_where_adapters_do(void **state)
{
	static const struct {
		int word, send, receive;
	} rows[] = {
		{ ENXIO, -ENXIO, -EAGAIN },
		{ EREMOTEIO, -ENXIO, -EAGAIN },
		{ EIO, -EIO, -EIO },
		{ ETIMEDOUT, -ETIMEDOUT, -ETIMEDOUT },
	};
	struct transport *bus = open_adapter();
	uint8_t data[4] = { 9, 9, 9, 9 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fail_next(4, rows[i].word);
		assert_int_equal(bus->ops->send(bus, data, 4), rows[i].send);
		assert_int_equal(bus->ops->receive(bus, data, 4),
				 rows[i].receive);
		assert_int_equal(bus->ops->sleep(bus), rows[i].send);
		assert_int_equal(bus->ops->idle(bus), rows[i].send);
		fail_next(2, rows[i].word);
		assert_int_equal(bus->ops->wake(bus, data), rows[i].send);
		assert_int_equal(data[0], 9);
	}
	transport_close(bus);
}

static void lost_arbitration_is_tried_again(void **state)
{
	struct transport *bus = open_adapter();
	uint8_t data[4];

	(void)state;
	fail_next(3, EAGAIN);
	assert_int_equal(bus->ops->receive(bus, data, 4), 4);
	fail_next(3, EAGAIN);
	assert_int_equal(bus->ops->sleep(bus), 0);
	/* But it is not busy for ever. */
	fail_next(8, EAGAIN);
	assert_int_equal(bus->ops->receive(bus, data, 4), -EIO);
	transport_close(bus);
}

static void waiting_takes_as_long_as_asked(void **state)
{
	struct transport *bus = open_adapter();
	uint64_t start_us = bus->ops->now_us(bus);

	(void)state;
	bus->ops->wait_us(bus, 2500);
	assert_in_range(bus->ops->now_us(bus) - start_us, 2500, 1000000);
	transport_close(bus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_is_no_bus_is_refused),
		cmocka_unit_test(an_adapter_that_cannot_is_told_what_it_lacks),
		cmocka_unit_test(opening_sends_nothing_and_sets_short_timeouts),
		cmocka_unit_test(an_address_with_a_kernel_driver_is_busy),
		cmocka_unit_test(words_are_single_bytes),
		cmocka_unit_test(packets_follow_word_address_3),
		cmocka_unit_test(
			the_wake_pulse_goes_to_address_0_acknowledged_or_not),
		cmocka_unit_test(adapters_without_quick_writes_wake_by_a_byte),
		cmocka_unit_test(
			a_pulse_longer_than_the_watchdog_has_woken_nobody),
		cmocka_unit_test(naks_are_told_from_failures_where_adapters_do),
		cmocka_unit_test(lost_arbitration_is_tried_again),
		cmocka_unit_test(waiting_takes_as_long_as_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
