/* SPDX-License-Identifier: Apache-2.0 */
/* The socket of `nerveskey-sim serve`, which plays the bus. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Returns the socket of the bus that `path` ("/dev/i2c-1") names, according to
 * I2C_PRELOAD_BUS, or NULL. Valid until the thread's next call.
 */
const char *bus_socket(const char *path);

/* Returns a descriptor connected to `socket_path`, or -errno. */
int bus_connect(const char *socket_path);

/*
 * Does one transfer: `op` is 'W' or 'R', with `len` bytes at the 7-bit `addr`.
 * Returns 0, or the bus's -ENXIO (address not acknowledged), -EREMOTEIO (data
 * not acknowledged) or -ETIMEDOUT (stuck), or -ENODEV when the server is gone.
 */
int bus_exchange(int fd, char op, unsigned int addr, uint8_t *data, size_t len);
