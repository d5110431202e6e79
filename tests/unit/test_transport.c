/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Linux adapter. Its ioctls come here: what each function sends to the bus,
 * and what it returns for each errno of an adapter.
 */
#include "fake_adapter.h"

#include <errno.h>
#include <signal.h>
#include <sys/time.h>
#include <linux/i2c.h>

static void words_are_single_bytes(void **state)
{
	struct transport *bus = open_adapter();

	(void)state;
	assert_int_equal(bus->ops->word(bus, WORD_RESET), 0);
	assert_int_equal(bus->ops->word(bus, WORD_SLEEP), 0);
	assert_int_equal(bus->ops->word(bus, WORD_IDLE), 0);
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
	/* It says so only when asked to, in one word or another. */
	fail_next(1, EINVAL);
	assert_int_equal(bus->ops->wake(bus, answer), 0);
	assert_string_equal(adapter.log, "Q00 B00=fe R4 ");
	transport_close(bus);
	bus = open_adapter();
	fail_next(1, EOPNOTSUPP);
	assert_int_equal(bus->ops->wake(bus, answer), 0);
	assert_string_equal(adapter.log, "Q00 B00=fe R4 ");
	assert_int_equal(bus->ops->wake(bus, answer), 0);
	assert_string_equal(adapter.log, "Q00 B00=fe R4 B00=fe R4 ");
	transport_close(bus);
	new_adapter();
	adapter.functions &= ~(unsigned long)I2C_FUNC_SMBUS_QUICK;
	assert_int_equal(transport_open("/dev/null:0x60", &bus), 0);
	assert_int_equal(bus->ops->wake(bus, answer), 0);
	assert_string_equal(adapter.log, "B00=fe R4 ");
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
		assert_int_equal(bus->ops->word(bus, WORD_SLEEP), rows[i].send);
		assert_int_equal(bus->ops->word(bus, WORD_IDLE), rows[i].send);
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
	assert_int_equal(bus->ops->word(bus, WORD_SLEEP), 0);
	/* But it is not busy for ever. */
	fail_next(8, EAGAIN);
	assert_int_equal(bus->ops->receive(bus, data, 4), -EIO);
	transport_close(bus);
}

static void nothing(int signal)
{
	(void)signal;
}

/* Signals or not. */
static void waiting_takes_as_long_as_asked(void **state)
{
	const struct itimerval often = { { 0, 300 }, { 0, 300 } },
			       never = { 0 };
	struct sigaction action = { .sa_handler = nothing };
	struct transport *bus = open_adapter();
	uint64_t start_us = bus->ops->now_us(bus);

	(void)state;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	bus->ops->wait_us(bus, 2500);
	setitimer(ITIMER_REAL, &never, NULL);
	assert_in_range(bus->ops->now_us(bus) - start_us, 2500, 1000000);
	transport_close(bus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
