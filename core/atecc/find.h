/* SPDX-License-Identifier: Apache-2.0 */
/* Look for a chip that does not answer at once where it was. */
#pragma once

struct atecc;

/*
 * Call it after atecc_begin() has returned -EAGAIN. Returns 0 when the chip is
 * awake and the session begun. If DEVICE names no address, this looks at 0x60,
 * 0x35, 0x36 and 0x38, and writes nothing but the wake pulse before a chip has
 * answered.
 *
 * -ENODEV: no chip answers. That takes as long as any command may keep this part
 * busy (0.115 to 1.3 s, or 1.7 s on a bus that is held), and 1.5 s more where
 * something acknowledged or the adapter reports no NAK. It takes about 0.1 s
 * from the second time on, and never longer than the deadline.
 * -EBUSY: a kernel driver or another program has the address.
 * -EIO: the chip answers, but its self-test fails or the answer is wrong.
 */
int atecc_find(struct atecc *chip);
