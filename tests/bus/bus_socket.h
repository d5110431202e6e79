/* SPDX-License-Identifier: Apache-2.0 */
/* The socket of `nerveskey-sim serve`, which is the bus itself. */
#ifndef NK_BUS_SOCKET_H
#define NK_BUS_SOCKET_H

#include <stddef.h>
#include <stdint.h>

/*
 * The socket of the bus that `path` ("/dev/i2c-1") names, by I2C_PRELOAD_BUS;
 * NULL when it is none of ours. Valid until the thread's next call.
 */
const char *bus_socket(const char *path);

/* A descriptor that is connected to `socket_path`, or -errno. */
int bus_connect(const char *socket_path);

/*
 * One transfer: `op` is 'W' or 'R', of `len` bytes at the 7-bit `addr`. 0, or
 * the bus's own -ENXIO (address not acknowledged), -EREMOTEIO (data not
 * acknowledged), -ETIMEDOUT (stuck); -ENODEV when the server is gone.
 */
int bus_exchange(int fd, char op, unsigned int addr, uint8_t *data, size_t len);

#endif
