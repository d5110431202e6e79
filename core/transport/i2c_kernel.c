/* SPDX-License-Identifier: Apache-2.0 */
#include "i2c_kernel.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A cell of the device tree: 32 bits, big-endian. */
unsigned int i2c_bus_hz(const char *bus)
{
	char path[320];
	uint8_t cell[4];
	size_t got;
	FILE *file;

	snprintf(path, sizeof(path),
		 "/sys/class/i2c-adapter/%s/of_node/clock-frequency", bus);
	file = fopen(path, "re");
	if (!file)
		return 0;
	got = fread(cell, 1, sizeof(cell), file);
	fclose(file);
	if (got != sizeof(cell))
		return 0;
	return (unsigned int)cell[0] << 24 | (unsigned int)cell[1] << 16 |
	       (unsigned int)cell[2] << 8 | cell[3];
}

bool i2c_kernel_driver(const char *bus, uint8_t address, char *driver,
		       size_t size)
{
	const char *number = strrchr(bus, '-'), *name;
	char path[320], target[256];
	ssize_t len;

	if (!number)
		return false;
	/* The kernel names such a device "1-0060". */
	snprintf(path, sizeof(path), "/sys/bus/i2c/devices/%s-%04x/driver",
		 number + 1, address);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		return false;
	target[len] = '\0';
	name = strrchr(target, '/');
	snprintf(driver, size, "%s", name ? name + 1 : target);
	return true;
}
