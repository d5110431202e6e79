/* SPDX-License-Identifier: Apache-2.0 */
/* The chip is not where it was, or does not answer at once: look for it. */
#ifndef NK_FIND_H
#define NK_FIND_H

struct atecc;

/*
 * After atecc_begin() has said -EAGAIN: the session is begun when this is 0.
 * Where DEVICE names no address, the chip is looked for at 0x60, 0x35, 0x36 and
 * 0x38, and nothing but the wake pulse is written before it has answered.
 *
 * -ENODEV comes after the longest time that a command may keep this part busy
 * (0.115 to 1.3 s, or 1.7 s on a bus that is held), 1.5 s later where something
 * acknowledged or the adapter reports no NAK, and about 0.1 s the next times;
 * also when the deadline is shorter. -EBUSY: somebody else has the address.
 * -EIO: the chip answers, but not as one that is well.
 */
int atecc_find(struct atecc *chip);

#endif
