/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open /dev/i2c-N that is really a connection to `nerveskey-sim serve`, with
 * what the kernel's i2c-dev does for its callers. Errors are negative errnos.
 */
#ifndef NK_BUS_HANDLE_H
#define NK_BUS_HANDLE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Make `fd`, which bus_connect() gave, a handle; it ends with bus_release().
 * -ENOMEM.
 */
int bus_adopt(int fd);
/* `copy` is another descriptor of the handle behind `fd`, if it has one. */
void bus_share(int fd, int copy);
void bus_release(int fd);
int bus_is_ours(int fd);

/* As i2c-dev's read, write and ioctl. */
ssize_t i2c_dev_read(int fd, void *data, size_t len);
ssize_t i2c_dev_write(int fd, const void *data, size_t len);
int i2c_dev_ioctl(int fd, unsigned long request, void *argument);

/* One transfer; -ENXIO and so on. For the SMBus emulation. */
int bus_transfer(int fd, char op, unsigned int addr, uint8_t *data, size_t len);
unsigned int bus_address(int fd);

struct i2c_smbus_ioctl_data;
/* What an adapter without SMBus hardware makes of an SMBus call. */
int smbus_emulate(int fd, const struct i2c_smbus_ioctl_data *call);

#endif
