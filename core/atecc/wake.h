/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waking a chip where it is, and feeding its watchdog: for the files of this
 * layer alone. Who is not there is find.c's affair.
 */
#ifndef NK_WAKE_H
#define NK_WAKE_H

#include <stdbool.h>
#include <stdint.h>

struct atecc;

/*
 * Wake it at its address, in the middle of a session, whatever it is doing, with
 * TempKey lost. It is given the longest time that a command takes on its part,
 * or the watchdog's where the adapter does not speak of a NAK. -ENODEV when
 * nothing answers, -EIO when its self-test or the bus fails.
 */
int session_wake(struct atecc *chip);
/*
 * The same, once, for the `number`th time. Returns -ENXIO when nothing answers
 * at once, -ENOMSG when that is no wake answer, and -EIO when its self-test
 * fails. Sets *word to what the adapter says: -ENXIO for a NAK, -ENOMSG for
 * silence.
 */
int session_wake_once(struct atecc *chip, unsigned int number, int *word);

/* Sleep; a chip that has taken all the time gets no more of it. */
void session_sleep(struct atecc *chip);

/* Idle and wake: a fresh watchdog. -ESTALE when that has cost TempKey. */
int session_renew(struct atecc *chip);

/*
 * Make it sleep, if it `may` be told so, and wake it; -errno of the adapter,
 * and *word, unless that is one for a NAK.
 */
int session_pulse(struct atecc *chip, bool may, uint8_t answer[static 4],
		  int *word);
/* 0: awake; -EIO as above; -ENOMSG: no wake answer, or silence. */
int session_judge(const struct atecc *chip, const uint8_t answer[static 4]);
/* It has answered the pulse at the bus's address. */
void session_is_awake(struct atecc *chip);
/*
 * Another program's words, or a damaged answer, for the `wrong`th time: later it
 * may be right.
 */
void session_pause(struct atecc *chip, unsigned int wrong);

#endif
