/* SPDX-License-Identifier: Apache-2.0 */
/* Waking the chip and feeding its watchdog: for the files of this layer alone. */
#ifndef NK_WAKE_H
#define NK_WAKE_H

struct atecc;

/*
 * Wake it, whatever it is doing, with TempKey lost; find it first where DEVICE
 * names no address. -ENODEV when nothing answers, -EIO when its self-test or
 * the bus fails, -EBUSY when somebody else has the address.
 */
int session_wake(struct atecc *chip);

/* Idle and wake: a fresh watchdog. -ESTALE when that has cost TempKey. */
int session_renew(struct atecc *chip);

#endif
