/* SPDX-License-Identifier: Apache-2.0 */
#include "bus_handle.h"

#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "adapter.h"

#define MOST_FDS 4096
#define LONGEST	 8192 /* limit of i2c-dev */

/* Shared by all descriptors of one open, as in the kernel. */
struct handle {
	unsigned int references;
	unsigned int address;
	pthread_mutex_t lock; /* held from request to reply */
	int node;	      /* see bus_set_node() */
};

static struct handle *handles[MOST_FDS];
static pthread_mutex_t handles_lock = PTHREAD_MUTEX_INITIALIZER;

static struct handle *handle_of(int fd)
{
	struct handle *handle;

	if (fd < 0 || fd >= MOST_FDS)
		return NULL;
	pthread_mutex_lock(&handles_lock);
	handle = handles[fd];
	pthread_mutex_unlock(&handles_lock);
	return handle;
}

int bus_is_ours(int fd)
{
	return handle_of(fd) != NULL;
}

unsigned int bus_address(int fd)
{
	return handle_of(fd)->address;
}

int bus_adopt(int fd)
{
	struct handle *handle = calloc(1, sizeof(*handle));

	if (!handle || fd >= MOST_FDS) {
		free(handle);
		return -ENOMEM;
	}
	handle->references = 1;
	handle->node = -1;
	pthread_mutex_init(&handle->lock, NULL);
	pthread_mutex_lock(&handles_lock);
	handles[fd] = handle;
	pthread_mutex_unlock(&handles_lock);
	return 0;
}

void bus_share(int fd, int copy)
{
	if (fd < 0 || fd >= MOST_FDS || copy < 0 || copy >= MOST_FDS)
		return;
	pthread_mutex_lock(&handles_lock);
	if (handles[fd]) {
		handles[fd]->references++;
		handles[copy] = handles[fd];
	}
	pthread_mutex_unlock(&handles_lock);
}

void bus_release(int fd)
{
	struct handle *handle = NULL;

	if (fd < 0 || fd >= MOST_FDS)
		return;
	pthread_mutex_lock(&handles_lock);
	if (handles[fd] && --handles[fd]->references == 0)
		handle = handles[fd];
	handles[fd] = NULL;
	pthread_mutex_unlock(&handles_lock);
	if (handle) {
		if (handle->node >= 0)
			close(handle->node);
		pthread_mutex_destroy(&handle->lock);
		free(handle);
	}
}

void bus_set_node(int fd, int node)
{
	handle_of(fd)->node = node;
}

int bus_node(int fd)
{
	struct handle *handle = handle_of(fd);

	return handle ? handle->node : -1;
}

int bus_transfer(int fd, char op, unsigned int addr, uint8_t *data, size_t len)
{
	struct handle *handle = handle_of(fd);
	int err;

	pthread_mutex_lock(&handle->lock);
	err = adapter_transfer(fd, op, addr, data, len);
	pthread_mutex_unlock(&handle->lock);
	if (err < 0)
		adapter_fail_slowly();
	return err;
}

ssize_t i2c_dev_read(int fd, void *data, size_t len)
{
	size_t some = len < LONGEST ? len : LONGEST;
	int err = bus_transfer(fd, 'R', bus_address(fd), data, some);

	return err < 0 ? err : (ssize_t)some;
}

ssize_t i2c_dev_write(int fd, const void *data, size_t len)
{
	size_t some = len < LONGEST ? len : LONGEST;
	uint8_t copy[LONGEST];
	int err;

	memcpy(copy, data, some);
	err = bus_transfer(fd, 'W', bus_address(fd), copy, some);
	return err < 0 ? err : (ssize_t)some;
}

static int combined(int fd, const struct i2c_rdwr_ioctl_data *all)
{
	if (!all->msgs || all->nmsgs == 0 ||
	    all->nmsgs > I2C_RDWR_IOCTL_MAX_MSGS)
		return -EINVAL;
	for (unsigned int i = 0; i < all->nmsgs; i++)
		if (all->msgs[i].len > LONGEST ||
		    all->msgs[i].flags & (unsigned int)~I2C_M_RD)
			return -EINVAL;
	for (unsigned int i = 0; i < all->nmsgs; i++) {
		const struct i2c_msg *message = &all->msgs[i];
		int err =
			bus_transfer(fd, message->flags & I2C_M_RD ? 'R' : 'W',
				     message->addr, message->buf, message->len);

		if (err < 0)
			return err;
	}
	return (int)all->nmsgs;
}

static int set_address(int fd, unsigned long request, unsigned long address)
{
	if (address > 0x7f)
		return -EINVAL;
	if (request == I2C_SLAVE && adapter_holds((unsigned int)address))
		return -EBUSY;
	handle_of(fd)->address = (unsigned int)address;
	return 0;
}

int i2c_dev_ioctl(int fd, unsigned long request, void *argument)
{
	unsigned long value = (unsigned long)argument;

	switch (request) {
	case I2C_SLAVE:
	case I2C_SLAVE_FORCE:
		return set_address(fd, request, value);
	case I2C_FUNCS:
		*(unsigned long *)argument = adapter_functions();
		return 0;
	case I2C_RDWR:
		return combined(fd, argument);
	case I2C_SMBUS:
		return smbus_emulate(fd, argument);
	case I2C_TIMEOUT:
	case I2C_RETRIES:
		return value > 0x7fffffff ? -EINVAL : 0;
	case I2C_TENBIT:
	case I2C_PEC:
		return value ? -EINVAL : 0;
	default:
		return -ENOTTY;
	}
}
