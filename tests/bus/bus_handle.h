/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open /dev/i2c-N that is a connection to `nerveskey-sim serve`. It behaves
 * as the kernel's i2c-dev does. Errors are negative errnos.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Makes a handle of `fd`, which came from bus_connect(). bus_release() ends it.
 * -ENOMEM.
 */
int bus_adopt(int fd);
/*
 * Makes `copy` another descriptor of the handle behind `fd`, if there is one.
 */
void bus_share(int fd, int copy);
void bus_release(int fd);
/* `node` stands for the device's file, which is locked; closed at the end. */
void bus_set_node(int fd, int node);
int bus_node(int fd); /* -1: none */
int bus_is_ours(int fd);

/* Behave as i2c-dev's read, write and ioctl. */
ssize_t i2c_dev_read(int fd, void *data, size_t len);
ssize_t i2c_dev_write(int fd, const void *data, size_t len);
int i2c_dev_ioctl(int fd, unsigned long request, void *argument);

/* Does one transfer for the SMBus emulation. -ENXIO and others. */
int bus_transfer(int fd, char op, unsigned int addr, uint8_t *data, size_t len);
unsigned int bus_address(int fd);

struct i2c_smbus_ioctl_data;
/* Emulates an SMBus call as an adapter without SMBus hardware does. */
int smbus_emulate(int fd, const struct i2c_smbus_ioctl_data *call);
