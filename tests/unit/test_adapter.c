/* SPDX-License-Identifier: Apache-2.0 */
/* The Linux adapter as a device: open, refuse, unplug, plug in again. */
#include "fake_adapter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/i2c.h>

#include "error.h"
#include "log.h"

static void a_file_that_is_no_bus_is_refused(void **state)
{
	struct transport *bus;

	(void)state;
	new_adapter();
	adapter.functions = 0;
	assert_int_equal(transport_open("/dev/null", &bus), -EINVAL);
	assert_non_null(strstr(fail_reason(), "not an I2C bus"));
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

static void a_chip_that_another_driver_has_is_busy(void **state)
{
	const uint64_t start_us = passed_us;
	struct transport *bus;

	(void)state;
	new_adapter();
	adapter.locked = 0x60;
	assert_int_equal(transport_open("/dev/null:0x60", &bus), -EBUSY);
	assert_non_null(strstr(fail_reason(), "another nerveskeyfs"));
	assert_non_null(strstr(fail_reason(), "0x60 of /dev/null"));
	assert_in_range(passed_us - start_us, 1000000, 5000000);
	adapter.looks = 3; /* it is just ending */
	assert_int_equal(transport_open("/dev/null:0x60", &bus), 0);
	assert_true(adapter.claims[0x60]);
	transport_close(bus);
}

static void one_chip_at_a_time_is_kept_from_others(void **state)
{
	struct transport *bus = open_adapter();

	(void)state;
	adapter.locked = 0x35;
	assert_int_equal(bus->ops->set_address(bus, 0x35), -EBUSY);
	assert_true(adapter.claims[0x60]);
	adapter.locked = -1;
	assert_int_equal(bus->ops->set_address(bus, 0x35), 0);
	assert_true(adapter.claims[0x35]);
	assert_false(adapter.claims[0x60]);
	transport_close(bus);
}

/* A device file of our own, which goes and comes with its adapter. */
static char dir[] = "/tmp/nk-transport-XXXXXX", node[64];

static int make_node(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(node, sizeof(node), "%s/i2c", dir);
	return symlink("/dev/null", node);
}

static int remove_node(void **state)
{
	(void)state;
	unlink(node);
	return rmdir(dir);
}

static void an_adapter_may_be_pulled_out_and_put_in_again(void **state)
{
	struct transport *bus;
	char device[80];

	(void)state;
	new_adapter();
	snprintf(device, sizeof(device), "%s:0x60", node);
	assert_int_equal(transport_open(device, &bus), 0);
	assert_string_equal(bus->name, node);
	assert_int_equal(unlink(node), 0);
	for (int i = 0; i < 2; i++) {
		fail_clear();
		assert_int_equal(bus->ops->set_address(bus, 0x60), -ENODEV);
		assert_non_null(strstr(fail_reason(), "is gone"));
	}
	assert_int_equal(symlink("/dev/null", node), 0);
	assert_int_equal(bus->ops->set_address(bus, 0x60), 0);
	/* Pulled out while it is used. */
	adapter.slave_error = ENODEV;
	assert_int_equal(bus->ops->set_address(bus, 0x60), -ENODEV);
	adapter.slave_error = ENXIO;
	assert_int_equal(bus->ops->set_address(bus, 0x60), -ENODEV);
	adapter.slave_error = EIO;
	assert_int_equal(bus->ops->set_address(bus, 0x60), -EIO);
	adapter.slave_error = 0;
	assert_int_equal(unlink(node), 0);
	assert_int_equal(bus->ops->set_address(bus, 0x60), -ENODEV);
	transport_close(bus);
	assert_int_equal(symlink("/dev/null", node), 0);
}

static void a_bus_that_is_taken_meanwhile_wakes_nobody(void **state)
{
	struct transport *bus = open_adapter();
	uint8_t answer[4];

	(void)state;
	adapter.slave_error = EBUSY;
	assert_int_equal(bus->ops->wake(bus, answer), -EBUSY);
	assert_string_equal(adapter.log, "");
	transport_close(bus);
}

/* Neither root nor the owner. */
static int open_as_nobody(const char *path)
{
	uid_t uid = geteuid();
	struct transport *bus;
	int err;

	if (uid == 0)
		assert_int_equal(seteuid(65534), 0);
	err = transport_open(path, &bus);
	if (uid == 0)
		assert_int_equal(seteuid(0), 0);
	return err;
}

static void a_bus_that_cannot_be_opened_is_explained(void **state)
{
	struct transport *bus;
	char device[80];

	(void)state;
	new_adapter();
	snprintf(device, sizeof(device), "%s/closed", dir);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(mknod(device, S_IFREG, 0), 0);
	assert_int_equal(open_as_nobody(device), -EACCES);
	assert_non_null(strstr(fail_reason(), "group i2c"));
	assert_int_equal(unlink(device), 0);
	assert_int_equal(transport_open("/dev/null/bus", &bus), -ENOTDIR);
	assert_non_null(strstr(fail_reason(), "Not a directory"));
}

static char warned[200];

static void keep_line(enum log_level level, const char *line)
{
	assert_int_equal(level, LOG_LEVEL_WARNING);
	snprintf(warned, sizeof(warned), "%s", line);
}

static const char *warning_at(uint32_t hz, size_t len)
{
	struct transport *bus;

	new_adapter();
	for (size_t i = 0; i < 4; i++)
		adapter.frequency[i] = (uint8_t)(hz >> (24 - 8 * i));
	adapter.frequency_len = len;
	warned[0] = '\0';
	log_to(keep_line, LOG_LEVEL_WARNING);
	assert_int_equal(transport_open("/dev/null:0x60", &bus), 0);
	log_to(NULL, LOG_LEVEL_WARNING);
	transport_close(bus);
	return warned;
}

static void a_bus_too_fast_to_wake_a_chip_is_told(void **state)
{
	(void)state;
	assert_non_null(strstr(warning_at(400000, 4), "400000 Hz"));
	assert_string_equal(warning_at(133333, 4), "");
	assert_string_equal(warning_at(100000, 4), "");
	assert_string_equal(warning_at(400000, 3), "");
	assert_string_equal(warning_at(400000, 0), "");
}

/* As where a sandbox allows no locks. The chip is used without them. */
static void a_bus_that_cannot_be_locked_is_told_once(void **state)
{
	struct transport *bus = open_adapter();

	(void)state;
	adapter.lock_error = EINVAL;
	warned[0] = '\0';
	log_to(keep_line, LOG_LEVEL_WARNING);
	assert_int_equal(bus->ops->set_address(bus, 0x35), 0);
	assert_non_null(strstr(warned, "/dev/null cannot be locked (EINVAL)"));
	warned[0] = '\0';
	assert_int_equal(bus->ops->set_address(bus, 0x36), 0);
	assert_string_equal(warned, "");
	log_to(NULL, LOG_LEVEL_WARNING);
	assert_int_equal(bus->address, 0x36);
	transport_close(bus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_that_is_no_bus_is_refused),
		cmocka_unit_test(an_adapter_that_cannot_is_told_what_it_lacks),
		cmocka_unit_test(opening_sends_nothing_and_sets_short_timeouts),
		cmocka_unit_test(an_address_with_a_kernel_driver_is_busy),
		cmocka_unit_test(a_chip_that_another_driver_has_is_busy),
		cmocka_unit_test(one_chip_at_a_time_is_kept_from_others),
		cmocka_unit_test(an_adapter_may_be_pulled_out_and_put_in_again),
		cmocka_unit_test(a_bus_that_is_taken_meanwhile_wakes_nobody),
		cmocka_unit_test(a_bus_that_cannot_be_opened_is_explained),
		cmocka_unit_test(a_bus_too_fast_to_wake_a_chip_is_told),
		cmocka_unit_test(a_bus_that_cannot_be_locked_is_told_once),
	};

	return cmocka_run_group_tests(tests, make_node, remove_node);
}
