/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Wake the chip at its address, and restart its watchdog. Only files of this
 * layer use it. find.h looks for a chip elsewhere.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct atecc;

/*
 * Wake the chip at its address within a session, whatever it is doing. TempKey
 * is lost. Waits for session_patience_us(). -ENODEV: nothing answers. -EIO: the
 * chip's self-test fails.
 */
int session_wake(struct atecc *chip);
/*
 * The same once, as attempt `number`. -ENXIO: nothing answers at once. -ENOMSG:
 * the answer is not one to a wake pulse. -EIO: the chip's self-test fails. Also
 * sets *word on failure, to what the adapter reports: -ENXIO for a NAK, -ENOMSG
 * for silence.
 */
int session_wake_once(struct atecc *chip, unsigned int number, int *word);

/* Send Sleep, but not if the watchdog has put the chip to sleep already. */
void session_sleep(struct atecc *chip);

/* Idle and wake, which restarts the watchdog. -ESTALE: TempKey is lost. */
int session_renew(struct atecc *chip);

/*
 * Send Sleep if the chip `may` be written to, then the wake pulse, and set
 * `answer`. Returns the adapter's error, and sets *word to it, unless it is one
 * for a NAK.
 */
int session_pulse(struct atecc *chip, bool may, uint8_t answer[static 4],
		  int *word);
/* 0: the chip is awake. -EIO as above. -ENOMSG: another answer, or silence. */
int session_judge(const struct atecc *chip, const uint8_t answer[static 4]);
/* Note that the chip has answered the pulse at the bus's address. */
void session_is_awake(struct atecc *chip);
/*
 * Wait after wrong answer number `wrong`: another program's transfers or damage
 * on the bus may end meanwhile.
 */
void session_pause(struct atecc *chip, unsigned int wrong);

/* A 608 that tests itself at power-on answers up to 20 ms later. */
#define SESSION_SELF_TEST_US 20000
/* The time between two reads for its answer, after pulse `number`. */
unsigned int session_look_us(unsigned int number);
/*
 * How long a chip may be busy, or hold the bus, while the adapter reports
 * `bus_err`: as long as a command may take on this part, or the watchdog where
 * it is another error than a NAK.
 */
uint64_t session_patience_us(const struct atecc *chip, int bus_err);
/*
 * Note that nothing answers, and return -ENODEV with the sentence: `where` are
 * the addresses, `rest` is its end.
 */
int session_is_absent(struct atecc *chip, int bus_err, const char *where,
		      const char *rest);
