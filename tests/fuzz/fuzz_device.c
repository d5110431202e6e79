/* SPDX-License-Identifier: Apache-2.0 */
/* DEVICE strings, down to a simulator's options and faults. Nothing is opened. */
#include <errno.h>

#include "faults.h"
#include "fuzz.h"
#include "options.h"
#include "transport_backends.h"

/* In place of the transports: the linker takes the first it meets. */
int transport_sim_open(const char *spec, struct transport **bus)
{
	struct faults faults = { NULL, 0 };
	struct sim_options options;
	int err = sim_options_parse(spec, &options);

	(void)bus;
	REQUIRE(err == 0 || err == -EINVAL);
	if (err == 0) {
		REQUIRE(options.file && options.file[0]);
		REQUIRE(options.address <= 0x7f);
		if (options.faults)
			faults_add(&faults, options.faults, 0, 0);
	}
	faults_clear(&faults);
	sim_options_free(&options);
	return -ENODEV;
}

int transport_i2c_open(const char *path, uint8_t address,
		       struct transport **bus)
{
	(void)bus;
	REQUIRE(path[0] == '/');
	REQUIRE(!address || (address >= 0x08 && address <= 0x77));
	return -ENODEV;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes raw = { (uint8_t *)data, size, 0, 0 };
	struct bytes device = fuzz_copy(&raw);
	struct transport *bus;
	int err;

	err = transport_open(bytes_text(&device), &bus);
	REQUIRE(err == -EINVAL || err == -ENODEV);
	bytes_free(&device);
	return 0;
}
