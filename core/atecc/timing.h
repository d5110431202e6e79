/* SPDX-License-Identifier: Apache-2.0 */
/* The commands: how long each takes, and whether it may be repeated. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "atecc.h"

enum command {
	COMMAND_INFO,
	COMMAND_READ4,
	COMMAND_READ32,
	COMMAND_WRITE,
	COMMAND_LOCK,
	COMMAND_RANDOM,
	COMMAND_NONCE_RANDOM,
	COMMAND_NONCE_PASS,
	COMMAND_CREATE_KEY,
	COMMAND_PUBLIC_KEY,
	COMMAND_SIGN,
	COMMAND_ECDH,
	COMMAND_MAC,
	COMMAND_CHECKMAC,
	COMMAND_SET_LATCH,
	COMMAND_COUNT
};

/* What to do when it is not known whether the command was executed. */
enum repeat {
	REPEAT_ALONE,	 /* repeat it: a second time does no harm */
	REPEAT_SEQUENCE, /* repeat all commands since Nonce: it used TempKey */
	REPEAT_NEVER,	 /* the caller reads back what happened */
};

/* The clock of the part: a 508A has one, a 608 three (ChipMode bits 7 to 3). */
enum chip_clock {
	CLOCK_508A,
	CLOCK_608_M0,
	CLOCK_608_M1,
	CLOCK_608_M2,
	CLOCK_UNKNOWN, /* the least typical and the longest maximal times */
	CLOCK_COUNT
};

struct duration {
	unsigned int typical_us, max_us;
};

struct command_info {
	const char *name;
	uint8_t opcode;
	enum repeat repeat;
	size_t reply_len; /* 1: a status */
	struct duration duration[CLOCK_UNKNOWN];
};

extern const struct command_info command_table[COMMAND_COUNT];

enum chip_clock timing_clock(enum atecc_part part, uint8_t chip_mode);

struct duration timing_of(enum command command, enum chip_clock clock);

/* The longest time that any command keeps such a part busy, microseconds. */
unsigned int timing_longest_us(enum chip_clock clock);
