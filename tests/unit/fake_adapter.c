/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_adapter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <linux/i2c-dev.h>
#include <linux/i2c.h>

#define ALL_FUNCTIONS (I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL)

struct fake_adapter adapter;
uint64_t passed_us;

static void note(const char *format, ...)
{
	size_t len = strlen(adapter.log);
	va_list args;

	va_start(args, format);
	vsnprintf(adapter.log + len, sizeof(adapter.log) - len, format, args);
	va_end(args);
}

static int next_error(void)
{
	if (adapter.error_at == adapter.error_count)
		return 0;
	return adapter.errors[adapter.error_at++];
}

static int transfer(struct i2c_rdwr_ioctl_data *data)
{
	struct i2c_msg *msg = data->msgs;
	int err = next_error();

	assert_int_equal(data->nmsgs, 1);
	assert_int_equal(msg->addr, adapter.address);
	if (err) {
		note(msg->flags & I2C_M_RD ? "r " : "x ");
		return err;
	}
	if (msg->flags & I2C_M_RD) {
		note("R%u ", msg->len);
		memset(msg->buf, 0xa5, msg->len);
	} else {
		note("X%u ", msg->len);
		memcpy(adapter.written, msg->buf, msg->len);
		adapter.written_len = msg->len;
	}
	return 0;
}

static int smbus(const struct i2c_smbus_ioctl_data *data)
{
	int err = next_error();

	assert_int_equal(data->read_write, I2C_SMBUS_WRITE);
	if (adapter.address == 0)
		passed_us += adapter.pulse_us;
	if (data->size == I2C_SMBUS_QUICK)
		note("Q%02lx ", adapter.address);
	else if (data->size == I2C_SMBUS_BYTE)
		note("B%02lx=%02x ", adapter.address, data->command);
	else
		fail_msg("SMBus transfer %u", data->size);
	return err;
}

static int act(unsigned long request, unsigned long arg)
{
	switch (request) {
	case I2C_FUNCS:
		*(unsigned long *)arg = adapter.functions;
		return 0;
	case I2C_SLAVE:
		if ((int)arg == adapter.busy_address)
			return EBUSY;
		if (adapter.slave_error)
			return adapter.slave_error;
		adapter.address = arg;
		return 0;
	case I2C_TIMEOUT:
		adapter.timeout = arg;
		return 0;
	case I2C_RETRIES:
		adapter.retries = arg;
		return 0;
	case I2C_RDWR:
		return transfer((struct i2c_rdwr_ioctl_data *)arg);
	case I2C_SMBUS:
		return smbus((struct i2c_smbus_ioctl_data *)arg);
	default:
		return ENOTTY;
	}
}

/* Replaces the C library's, also for libi2c. */
__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request,
						 ...)
{
	unsigned long arg;
	va_list args;
	int err;

	(void)fd;
	va_start(args, request);
	arg = va_arg(args, unsigned long);
	va_end(args);
	err = adapter.functions ? act(request, arg) : ENOTTY;
	if (!err)
		return 0;
	errno = err;
	return -1;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t clock,
							 struct timespec *now)
{
	if (syscall(SYS_clock_gettime, clock, now) < 0)
		return -1;
	now->tv_sec += (time_t)(passed_us / 1000000);
	return 0;
}

/* The bus's speed in the device tree, by --wrap. */
#define WRAP_FOPEN(name)                                                  \
	FILE *__real_##name(const char *path, const char *mode);          \
	FILE *__wrap_##name(const char *path, const char *mode);          \
	FILE *__wrap_##name(const char *path, const char *mode)           \
	{                                                                 \
		if (strcmp(path, "/sys/class/i2c-adapter/null/"           \
				 "of_node/clock-frequency") != 0 ||       \
		    adapter.frequency_len == 0)                           \
			return __real_##name(path, mode);                 \
		return fmemopen(adapter.frequency, adapter.frequency_len, \
				mode);                                    \
	}

WRAP_FOPEN(fopen)
WRAP_FOPEN(fopen64)

static int lock(const struct flock *place)
{
	assert_int_equal(place->l_len, 1);
	assert_in_range(place->l_start, 1, 127);
	if (adapter.lock_error)
		return adapter.lock_error;
	if (place->l_start == adapter.locked) {
		if (adapter.looks > 0 && --adapter.looks == 0)
			adapter.locked = -1;
		return EAGAIN;
	}
	adapter.claims[place->l_start] = place->l_type == F_WRLCK;
	return 0;
}

/* Coverage locks its files with the older command. */
#define WRAP_FCNTL(name)                                             \
	int __real_##name(int fd, int command, struct flock *place); \
	int __wrap_##name(int fd, int command, struct flock *place); \
	int __wrap_##name(int fd, int command, struct flock *place)  \
	{                                                            \
		if (command != F_OFD_SETLK)                          \
			return __real_##name(fd, command, place);    \
		errno = lock(place);                                 \
		return errno ? -1 : 0;                               \
	}

WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)

/* Between two looks at a lock. */
int __wrap_usleep(useconds_t us);
int __wrap_usleep(useconds_t us)
{
	passed_us += us;
	return 0;
}

void new_adapter(void)
{
	memset(&adapter, 0, sizeof(adapter));
	adapter.functions = ALL_FUNCTIONS;
	adapter.busy_address = -1;
	adapter.locked = -1;
}

void fail_next(size_t count, int err)
{
	adapter.error_at = 0;
	adapter.error_count = count;
	for (size_t i = 0; i < count; i++)
		adapter.errors[i] = err;
}

struct transport *open_adapter(void)
{
	struct transport *bus;

	new_adapter();
	assert_int_equal(transport_open("/dev/null:0x60", &bus), 0);
	return bus;
}
