/* SPDX-License-Identifier: Apache-2.0 */
/* What /sys says about an I2C bus. `bus` is its name, such as "i2c-1". */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the bus clock in Hz from the device tree, or 0 when it is unknown. */
unsigned int i2c_bus_hz(const char *bus);

/*
 * Sets `driver`, cut to `size` bytes, to the name of the kernel driver that is
 * bound to `address`. Returns false when there is none or it is unknown.
 */
bool i2c_kernel_driver(const char *bus, uint8_t address, char *driver,
		       size_t size);
