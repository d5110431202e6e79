/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One chip has one driver: an address is a byte of its bus's device file, and
 * that is locked. Other programs know nothing of it.
 */
#ifndef NK_I2C_LOCK_H
#define NK_I2C_LOCK_H

#include <stdint.h>

/*
 * -EBUSY when another process has it and does not let go within `wait_us`. 0
 * also where the kernel has no such locks. It ends with the descriptor.
 */
int i2c_lock(int fd, uint8_t address, unsigned int wait_us);
void i2c_unlock(int fd, uint8_t address);

#endif
