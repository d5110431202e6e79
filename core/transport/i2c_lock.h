/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps two drivers from using one chip. The lock is on one byte of the bus's
 * device file, whose offset is the chip's address. It is advisory: programs
 * other than nerveskeyfs do not look at it.
 */
#pragma once

#include <stdint.h>

/*
 * Returns 0, or -EBUSY when another process still holds the lock after
 * `wait_us`. Another error: it cannot be locked, so other users of the chip are
 * not noticed. Closing `fd` releases the lock.
 */
int i2c_lock(int fd, uint8_t address, unsigned int wait_us);
void i2c_unlock(int fd, uint8_t address);
