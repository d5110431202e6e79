/* SPDX-License-Identifier: Apache-2.0 */
/* DEVICE strings. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "transport.h"

static void device_strings_that_are_none_are_explained(void **state)
{
	static const char *const wrong[] = {
		"",
		"foo",
		"i2c-",
		"i2c-x",
		"1x",
		"-1",
		"1:",
		"1:60",
		"1:0x",
		"1:0x6",
		"1:0x060",
		"1:0x78",
		"1:0x07",
		"1:0xgg",
		"i2c-1:0x60x",
		"i2c-1 ",
		"/dev/null:",
		"/dev/null:0x80",
		"1:0x60:0x35",
	};
	struct transport *bus = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fail_clear();
		assert_int_equal(transport_open(wrong[i], &bus), -EINVAL);
		assert_true(fail_reason()[0]);
		assert_null(bus);
	}
}

static void an_address_of_eight_bits_is_shown_in_seven(void **state)
{
	struct transport *bus = NULL;

	(void)state;
	assert_int_equal(transport_open("1:0xc0", &bus), -EINVAL);
	assert_non_null(strstr(fail_reason(), "0xc0"));
	assert_non_null(strstr(fail_reason(), "it is 0x60"));
	assert_int_equal(transport_open("1:0x6a:0xc0", &bus), -EINVAL);
}

/* As in /dev/i2c/by-path. */
static void a_path_with_colons_is_a_path_first(void **state)
{
	static const char *const paths[] = { "pci-0000:00:1f.3",
					     "pci-0000:00:1f.3:0x35",
					     "pci-0000:0x35" };
	char dir[] = "/tmp/nk-device-XXXXXX", path[96];
	struct transport *bus = NULL;

	(void)state;
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, paths[i]);
		/* Not there: no bus by that name, with or without address. */
		assert_int_equal(transport_open(path, &bus), -ENOENT);
		assert_non_null(strstr(fail_reason(), dir));
		assert_int_equal(symlink("/dev/null", path), 0);
		/* There: no bus, but it was opened. */
		assert_int_equal(transport_open(path, &bus), -EINVAL);
		assert_non_null(strstr(fail_reason(), path));
		assert_non_null(strstr(fail_reason(), "is not an I2C bus"));
		assert_int_equal(unlink(path), 0);
	}
	assert_int_equal(rmdir(dir), 0);
}

static void a_device_longer_than_a_path_is_refused(void **state)
{
	struct transport *bus = NULL;
	char device[400];

	(void)state;
	memset(device, 'x', sizeof(device) - 1);
	device[0] = '/';
	device[sizeof(device) - 1] = '\0';
	assert_int_equal(transport_open(device, &bus), -EINVAL);
	assert_non_null(strstr(fail_reason(), "more than 255 bytes"));
	assert_null(bus);
}

static void a_bus_that_is_not_there_is_explained(void **state)
{
	static const char *const missing[] = { "/dev/i2c-4095", "i2c-4095",
					       "4095", "4095:0x35" };
	struct transport *bus;

	(void)state;
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		fail_clear();
		assert_int_equal(transport_open(missing[i], &bus), -ENOENT);
		assert_non_null(strstr(fail_reason(), "/dev/i2c-4095"));
		assert_non_null(strstr(fail_reason(), "i2c-dev"));
	}
}

static void sim_strings_go_to_the_simulator(void **state)
{
	char file[] = "/tmp/nk-device-XXXXXX", device[64];
	struct transport *bus;
	int fd = mkstemp(file);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	snprintf(device, sizeof(device), "sim:%s,clock=virtual", file);
	assert_int_equal(transport_open(device, &bus), 0);
	assert_memory_equal(bus->name, device, strlen("sim:") + strlen(file));
	assert_int_equal(bus->address, 0);
	transport_close(bus);
	unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_strings_that_are_none_are_explained),
		cmocka_unit_test(an_address_of_eight_bits_is_shown_in_seven),
		cmocka_unit_test(a_path_with_colons_is_a_path_first),
		cmocka_unit_test(a_device_longer_than_a_path_is_refused),
		cmocka_unit_test(a_bus_that_is_not_there_is_explained),
		cmocka_unit_test(sim_strings_go_to_the_simulator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
