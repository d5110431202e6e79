/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 508A: data sheet DS20005927A, table "Command Opcodes, Short Descriptions,
 * and Execution Times", or Microchip's later tables where they allow longer.
 * 608: the maxima that Microchip publishes for the three clock dividers. Typical
 * times are not public. These are the shortest that people report, so that
 * polling starts early rather than late.
 */
#include "timing.h"

/* clang-format off */
/* In microseconds, for a 508A and for a 608 with clock dividers 0, 5 and 13. */
#define SAME_608(typical, max) \
	{ typical, max }, { typical, max }, { typical, max }
#define TIMES_INFO	{ { 100, 2000 }, SAME_608(500, 5000) }
#define TIMES_READ	{ { 100, 5000 }, SAME_608(500, 5000) }
#define TIMES_WRITE	{ { 7000, 26000 }, SAME_608(7000, 45000) }
#define TIMES_LOCK	{ { 8000, 32000 }, SAME_608(9000, 35000) }
#define TIMES_RANDOM	{ { 1000, 23000 }, SAME_608(4000, 23000) }
#define TIMES_NONCE	{ { 100, 29000 }, SAME_608(1000, 20000) }
#define TIMES_MAC	{ { 5000, 14000 }, SAME_608(10000, 55000) }
#define TIMES_CHECKMAC	{ { 5000, 13000 }, SAME_608(10000, 40000) }
#define TIMES_GENKEY	{ { 11000, 115000 }, { 55000, 115000 }, \
			  { 105000, 215000 }, { 330000, 653000 } }
#define TIMES_SIGN	{ { 42000, 60000 }, { 58000, 115000 }, \
			  { 115000, 220000 }, { 350000, 665000 } }
#define TIMES_ECDH	{ { 38000, 58000 }, { 28000, 75000 }, \
			  { 70000, 172000 }, { 220000, 531000 } }

const struct command_info command_table[COMMAND_COUNT] = {
	[COMMAND_INFO] =
		{ "Info", 0x30, REPEAT_ALONE, 4, TIMES_INFO },
	[COMMAND_READ4] =
		{ "Read", 0x02, REPEAT_ALONE, 4, TIMES_READ },
	[COMMAND_READ32] =
		{ "Read", 0x02, REPEAT_ALONE, 32, TIMES_READ },
	[COMMAND_WRITE] =
		{ "Write", 0x12, REPEAT_ALONE, 1, TIMES_WRITE },
	[COMMAND_LOCK] =
		{ "Lock", 0x17, REPEAT_NEVER, 1, TIMES_LOCK },
	[COMMAND_RANDOM] =
		{ "Random", 0x1b, REPEAT_ALONE, 32, TIMES_RANDOM },
	/* A second nonce replaces the first, which no command has used yet. */
	[COMMAND_NONCE_RANDOM] =
		{ "Nonce", 0x16, REPEAT_ALONE, 32, TIMES_NONCE },
	[COMMAND_NONCE_PASS] =
		{ "Nonce", 0x16, REPEAT_ALONE, 1, TIMES_NONCE },
	[COMMAND_CREATE_KEY] =
		{ "GenKey", 0x40, REPEAT_NEVER, 64, TIMES_GENKEY },
	[COMMAND_PUBLIC_KEY] =
		{ "GenKey", 0x40, REPEAT_ALONE, 64, TIMES_GENKEY },
	[COMMAND_SIGN] =
		{ "Sign", 0x41, REPEAT_SEQUENCE, 64, TIMES_SIGN },
	[COMMAND_ECDH] =
		{ "ECDH", 0x43, REPEAT_ALONE, 32, TIMES_ECDH },
	[COMMAND_MAC] =
		{ "MAC", 0x08, REPEAT_SEQUENCE, 32, TIMES_MAC },
	[COMMAND_CHECKMAC] =
		{ "CheckMac", 0x28, REPEAT_SEQUENCE, 1, TIMES_CHECKMAC },
	/* The chip allows it only right after a successful CheckMac. */
	[COMMAND_SET_LATCH] =
		{ "Info", 0x30, REPEAT_SEQUENCE, 4, TIMES_INFO },
};

/*
 * GenKey on a 508A, SelfTest on a 608. The watchdog ends commands that take
 * longer (SelfTest and Verify of a slow 608).
 */
static const unsigned int longest_us[CLOCK_COUNT] = {
	[CLOCK_508A] = 115000,
	[CLOCK_608_M0] = 250000,
	[CLOCK_608_M1] = 625000,
	[CLOCK_608_M2] = 1300000,
	[CLOCK_UNKNOWN] = 1300000,
};
/* clang-format on */

enum chip_clock timing_clock(enum atecc_part part, uint8_t chip_mode)
{
	if (part == ATECC_508A)
		return CLOCK_508A;
	if (part == ATECC_UNKNOWN)
		return CLOCK_UNKNOWN;
	switch (chip_mode >> 3) {
	case 0x00:
		return CLOCK_608_M0;
	case 0x05:
		return CLOCK_608_M1;
	case 0x0d:
		return CLOCK_608_M2;
	default:
		return CLOCK_UNKNOWN;
	}
}

struct duration timing_of(enum command command, enum chip_clock clock)
{
	const struct duration *known = command_table[command].duration;
	struct duration any = known[0];

	if (clock < CLOCK_UNKNOWN)
		return known[clock];
	for (unsigned int i = 1; i < CLOCK_UNKNOWN; i++) {
		if (known[i].typical_us < any.typical_us)
			any.typical_us = known[i].typical_us;
		if (known[i].max_us > any.max_us)
			any.max_us = known[i].max_us;
	}
	return any;
}

unsigned int timing_longest_us(enum chip_clock clock)
{
	return longest_us[clock];
}
