/* SPDX-License-Identifier: Apache-2.0 */
#include "i2c_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "transport_backends.h"

static int set_lock(int fd, uint8_t address, short type)
{
	struct flock place = {
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = address,
		.l_len = 1,
	};

	return fcntl(fd, F_OFD_SETLK, &place) < 0 ? -errno : 0;
}

int i2c_lock(int fd, uint8_t address, unsigned int wait_us)
{
	int err;

	while ((err = set_lock(fd, address, F_WRLCK)) == -EAGAIN) {
		if (wait_us < ENDING_STEP_US)
			return -EBUSY;
		usleep(ENDING_STEP_US);
		wait_us -= ENDING_STEP_US;
	}
	return err;
}

void i2c_unlock(int fd, uint8_t address)
{
	set_lock(fd, address, F_UNLCK);
}
