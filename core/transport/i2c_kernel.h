/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernel tells in /sys of an I2C bus, which is "i2c-1" here. */
#ifndef NK_I2C_KERNEL_H
#define NK_I2C_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bus's clock by the device tree; 0: it does not tell. */
unsigned int i2c_bus_hz(const char *bus);

/* Sets `driver` to the kernel driver that has `address`. False: unknown. */
bool i2c_kernel_driver(const char *bus, uint8_t address, char *driver,
		       size_t size);

#endif
