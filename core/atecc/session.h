/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of this layer share; nobody else includes it. */
#ifndef NK_SESSION_H
#define NK_SESSION_H

#include <stdbool.h>

#include "atecc.h"
#include "config_zone.h"
#include "timing.h"
#include "transport.h"

/* tWATCHDOG at most: by then a chip that was woken is asleep. */
#define SESSION_WATCHDOG_US 1700000

struct atecc {
	struct transport *bus;
	bool named;	 /* DEVICE names the address */
	uint8_t address; /* where the chip has answered; 0: nowhere yet */
	bool gone;	 /* did not answer the last time */
	bool begun;
	enum chip_clock clock; /* once its configuration was read */
	/*
	 * Who it is, since its configuration was read. After a wake within a
	 * session nobody can tell, until the serial is read again.
	 */
	bool known, unsure, identifying;
	/* Since the last wake it has got nothing but what uses begin with. */
	bool fresh;
	uint8_t serial[CHIP_SERIAL_SIZE];
	uint64_t began_us, woken_us, deadline_us;
	unsigned int deadline_ms;
	struct atecc_stats stats;
};

bool session_is_late(const struct atecc *chip);

/*
 * Sleep and wake, whatever the chip is doing: TempKey is lost. -ENODEV when
 * nothing answers, -EIO when its self-test or the bus fails, -EBUSY when a
 * kernel driver has the address.
 */
int session_wake(struct atecc *chip);

/* Idle and wake: a fresh watchdog. -ESTALE when that has cost TempKey. */
int session_renew(struct atecc *chip);

/* -ENODEV when another chip has taken the place of the one in this session. */
int session_identify(struct atecc *chip);
/* The first block of a configuration zone says who this is. */
void session_note_identity(struct atecc *chip, const uint8_t block[static 32]);

/*
 * Run one command and retry what may be retried. `reply` gets as many bytes as
 * command_table says; it may be NULL when that is a status. Besides the errors
 * of atecc.h: -ESTALE, only for REPEAT_SEQUENCE, when the command was not or
 * may not have been executed and TempKey is lost.
 */
struct request;
int session_execute(struct atecc *chip, enum command command,
		    const struct request *parameters, uint8_t *reply);

#endif
