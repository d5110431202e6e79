/* SPDX-License-Identifier: Apache-2.0 */
#include "bus_handle.h"

#include <errno.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define MOST_FDS 4096
#define LONGEST	 8192 /* i2c-dev's own limit */
#define HEADER	 4

/* Shared by all descriptors of one open, as in the kernel. */
struct handle {
	unsigned int references;
	unsigned int address;
	pthread_mutex_t lock; /* request and reply belong together */
};

static struct handle *handles[MOST_FDS];
static pthread_mutex_t handles_lock = PTHREAD_MUTEX_INITIALIZER;

static const struct {
	const char *name;
	int err;
} nak_names[] = {
	{ "ENXIO", ENXIO },
	{ "EREMOTEIO", EREMOTEIO },
	{ "EIO", EIO },
	{ "ETIMEDOUT", ETIMEDOUT },
};

/* What this adapter calls a NAK: I2C_PRELOAD_NAK, else what the bus says. */
static int nak_errno(int status)
{
	const char *name = getenv("I2C_PRELOAD_NAK");

	if (!name || (status != ENXIO && status != EREMOTEIO))
		return status;
	for (size_t i = 0; i < sizeof(nak_names) / sizeof(nak_names[0]); i++)
		if (strcmp(nak_names[i].name, name) == 0)
			return nak_names[i].err;
	return status;
}

static void take_ms(unsigned long ms)
{
	struct timespec time = { .tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000) * 1000000 };

	if (ms)
		nanosleep(&time, NULL);
}

/* An adapter that takes its time to fail: I2C_PRELOAD_FAIL_MS. */
static void fail_slowly(void)
{
	const char *text = getenv("I2C_PRELOAD_FAIL_MS");

	take_ms(text ? strtoul(text, NULL, 10) : 0);
}

/* A bus that is dead while there is a file: I2C_PRELOAD_DEAD. */
static bool is_dead(void)
{
	const char *path = getenv("I2C_PRELOAD_DEAD");
	FILE *file = path ? fopen(path, "re") : NULL;
	unsigned long ms = 0;

	if (!file)
		return false;
	if (fscanf(file, "%lu", &ms) == 1)
		take_ms(ms);
	fclose(file);
	return true;
}

/* "1" of "/dev/i2c-1" or "/dev/i2c/1". */
static const char *bus_number(const char *path)
{
	static const char *const prefixes[] = { "/dev/i2c-", "/dev/i2c/" };

	for (size_t i = 0; i < 2; i++)
		if (strncmp(path, prefixes[i], strlen(prefixes[i])) == 0)
			return path + strlen(prefixes[i]);
	return NULL;
}

const char *bus_socket(const char *path)
{
	static _Thread_local char
		found[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *number = bus_number(path), *map = getenv("I2C_PRELOAD_BUS");
	size_t len;

	if (!number || !map)
		return NULL;
	len = strlen(number);
	for (; *map; map += *map == ',') {
		size_t entry = strcspn(map, ",");

		if (entry > len && strncmp(map, number, len) == 0 &&
		    map[len] == '=' && entry - len <= sizeof(found)) {
			memcpy(found, map + len + 1, entry - len - 1);
			found[entry - len - 1] = '\0';
			return found;
		}
		map += entry;
	}
	return NULL;
}

int bus_connect(const char *socket_path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err;

	strncpy(address.sun_path, socket_path, sizeof(address.sun_path) - 1);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

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
		pthread_mutex_destroy(&handle->lock);
		free(handle);
	}
}

/* The server gone is an adapter unplugged. */
static int send_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t done = send(fd, data, len, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -ENODEV;
		data += done;
		len -= (size_t)done;
	}
	return 0;
}

static int receive_all(int fd, uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t done = recv(fd, data, len, 0);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -ENODEV;
		data += done;
		len -= (size_t)done;
	}
	return 0;
}

/* op(1) addr(1) len(2) [data], then status(1) [data]. */
static int exchange(int fd, char op, unsigned int addr, uint8_t *data,
		    size_t len)
{
	const uint8_t header[HEADER] = { (uint8_t)op, (uint8_t)addr,
					 (uint8_t)len, (uint8_t)(len >> 8) };
	uint8_t status;
	int err;

	err = send_all(fd, header, sizeof(header));
	if (err == 0 && op == 'W')
		err = send_all(fd, data, len);
	if (err == 0)
		err = receive_all(fd, &status, 1);
	if (err == 0 && status == 0 && op == 'R')
		err = receive_all(fd, data, len);
	return err < 0 ? err : -nak_errno(status);
}

int bus_transfer(int fd, char op, unsigned int addr, uint8_t *data, size_t len)
{
	struct handle *handle = handle_of(fd);
	int err;

	if (is_dead())
		return -ETIMEDOUT;
	pthread_mutex_lock(&handle->lock);
	err = exchange(fd, op, addr, data, len);
	pthread_mutex_unlock(&handle->lock);
	if (err < 0)
		fail_slowly();
	return err;
}

ssize_t bus_read(int fd, void *data, size_t len)
{
	size_t some = len < LONGEST ? len : LONGEST;
	int err = bus_transfer(fd, 'R', bus_address(fd), data, some);

	return err < 0 ? err : (ssize_t)some;
}

ssize_t bus_write(int fd, const void *data, size_t len)
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

static int set_address(int fd, unsigned long address)
{
	if (address > 0x7f)
		return -EINVAL;
	handle_of(fd)->address = (unsigned int)address;
	return 0;
}

int bus_ioctl(int fd, unsigned long request, void *argument)
{
	unsigned long value = (unsigned long)argument;

	switch (request) {
	case I2C_SLAVE:
	case I2C_SLAVE_FORCE:
		return set_address(fd, value);
	case I2C_FUNCS:
		*(unsigned long *)argument = I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
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
