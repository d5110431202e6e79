/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <linux/i2c-dev.h>

#include "adapter.h"
#include "bus_handle.h"
#include "bus_socket.h"
#include "sim.h"

static const char *bus_device, *bus_traits;
static struct sim *sim;
static uint64_t last_us;
static int bus_fd = -1;

void adapter_bench(const char *device, const char *traits)
{
	bus_device = device;
	bus_traits = traits;
}

uint64_t adapter_bench_us(void)
{
	return sim ? sim_now_us(sim) : last_us;
}

void adapter_bench_leave_awake(void)
{
	uint8_t answer[4];

	sim_write(sim, 0, NULL, 0);
	sim_wait_us(sim, 1500);
	assert_int_equal(sim_read(sim, 0x60, answer, 4), 0);
}

/* Replaces the socket. */
int bus_exchange(int fd, char op, unsigned int addr, uint8_t *data, size_t len)
{
	(void)fd;
	return op == 'W' ? sim_write(sim, (uint8_t)addr, data, len)
			 : sim_read(sim, (uint8_t)addr, data, len);
}

/* Replaces the C library's, also for libi2c. */
__attribute__((visibility("default"))) int ioctl(int fd, unsigned long request,
						 ...)
{
	unsigned long arg;
	va_list args;
	int ret;

	va_start(args, request);
	arg = va_arg(args, unsigned long);
	va_end(args);
	if (!sim)
		return (int)syscall(SYS_ioctl, fd, request, arg);
	if (!bus_is_ours(fd) && request == I2C_FUNCS) {
		assert_int_equal(bus_adopt(fd), 0);
		bus_fd = fd;
	}
	ret = i2c_dev_ioctl(fd, request, (void *)arg);
	if (ret >= 0)
		return ret;
	errno = -ret;
	return -1;
}

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	uint64_t us;

	if (clock != CLOCK_MONOTONIC || !sim)
		return __real_clock_gettime(clock, now);
	us = sim_now_us(sim);
	now->tv_sec = (time_t)(us / 1000000);
	now->tv_nsec = (long)(us % 1000000) * 1000;
	return 0;
}

static uint64_t us_of(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * 1000000 +
	       (uint64_t)time->tv_nsec / 1000;
}

/* The driver waits until a time on the monotonic clock. */
int __wrap_clock_nanosleep(clockid_t clock, int flags,
			   const struct timespec *until, struct timespec *left);
int __wrap_clock_nanosleep(clockid_t clock, int flags,
			   const struct timespec *until, struct timespec *left)
{
	uint64_t now_us = sim_now_us(sim);

	(void)left;
	assert_int_equal(clock, CLOCK_MONOTONIC);
	assert_int_equal(flags, TIMER_ABSTIME);
	if (us_of(until) > now_us)
		sim_wait_us(sim, us_of(until) - now_us);
	return 0;
}

/* All tests share /dev/null, so it cannot be locked. */
#define WRAP_FCNTL(name)                                               \
	int __real_##name(int fd, int command, void *argument);        \
	int __wrap_##name(int fd, int command, void *argument);        \
	int __wrap_##name(int fd, int command, void *argument)         \
	{                                                              \
		return command == F_OFD_SETLK                          \
			       ? 0                                     \
			       : __real_##name(fd, command, argument); \
	}

WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)

int __real_transport_open(const char *device, struct transport **bus);
int __wrap_transport_open(const char *device, struct transport **bus);
int __wrap_transport_open(const char *device, struct transport **bus)
{
	int err;

	assert_int_equal(strncmp(device, "sim:", 4), 0);
	if (!bus_device)
		return __real_transport_open(device, bus);
	err = sim_open(device + 4, &sim);
	if (err < 0)
		return err;
	adapter_set(bus_traits);
	return __real_transport_open(bus_device, bus);
}

void __real_transport_close(struct transport *bus);
void __wrap_transport_close(struct transport *bus);
void __wrap_transport_close(struct transport *bus)
{
	__real_transport_close(bus);
	if (!sim)
		return;
	bus_release(bus_fd);
	last_us = sim_now_us(sim);
	sim_close(sim);
	sim = NULL;
}
