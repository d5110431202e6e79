/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 508A: typical times are those of the data sheet's table "Command Opcodes,
 * Short Descriptions, and Execution Times". Maxima are the larger of the
 * table's and the time that Microchip's library waits. 608: maxima are those of
 * that library, for each clock divider. Typical times are not public. Those of
 * Info, Read, Write, Lock, Nonce, Random, GenKey, Sign and ECDH are what one
 * maker's public driver waits; the others are about half of the maxima.
 */
#include "exec_time.h"

#include <stddef.h>

#include "chip.h"

/* One row for each opcode, in microseconds. 0: the part has no such command. */
struct exec_time {
	uint8_t opcode;
	unsigned int typical_508, max_508;
	/* By clock divider: none, 5, 13. */
	unsigned int typical_608[3], max_608[3];
};

/* clang-format off */
#define SAME(us) { us, us, us }
#define NONE SAME(0)

static const struct exec_time exec_times[] = {
	{ OP_PAUSE,	   100,	  3000, NONE, NONE },
	{ OP_READ,	   100,	  5000, SAME(800), SAME(5000) },
	{ OP_MAC,	  5000,	 14000, SAME(15000), SAME(55000) },
	{ OP_HMAC,	 13000,	 23000, NONE, NONE },
	{ OP_WRITE,	  7000,	 26000, SAME(8000), SAME(45000) },
	{ OP_GENDIG,	  5000,	 11000, SAME(12000), { 25000, 35000, 35000 } },
	{ OP_NONCE,	   100,	 29000, SAME(7000), SAME(20000) },
	{ OP_LOCK,	  8000,	 32000, SAME(19500), SAME(35000) },
	{ OP_RANDOM,	  1000,	 23000, SAME(15000), SAME(23000) },
	{ OP_DERIVE_KEY,  2000,	 50000, SAME(25000), SAME(50000) },
	{ OP_UPDATE_EXTRA, 8000, 10000, SAME(8000), SAME(10000) },
	{ OP_COUNTER,	  5000,	 20000, SAME(8000), SAME(25000) },
	{ OP_CHECKMAC,	  5000,	 13000, SAME(12000), SAME(40000) },
	{ OP_INFO,	   100,	  2000, SAME(500), SAME(5000) },
	{ OP_GENKEY,	 11000,	115000, { 59000, 120000, 380000 },
					{ 115000, 215000, 653000 } },
	{ OP_SIGN,	 42000,	 60000, { 62000, 121000, 378000 },
					{ 115000, 220000, 665000 } },
	{ OP_ECDH,	 38000,	 58000, { 28000, 65000, 205000 },
					{ 75000, 172000, 531000 } },
	{ OP_VERIFY,	 38000,	 72000, { 65000, 180000, 670000 },
					{ 105000, 295000, 1085000 } },
	{ OP_PRIV_WRITE,  1000,	 48000, SAME(25000), SAME(50000) },
	{ OP_SHA,	  7000,	  9000, { 7000, 9000, 16000 },
					{ 36000, 42000, 75000 } },
	{ OP_AES,	     0,	     0, SAME(7000), SAME(27000) },
	{ OP_KDF,	     0,	     0, SAME(40000), SAME(165000) },
	{ OP_SELF_TEST,	     0,	     0, { 150000, 380000, 1400000 },
					{ 250000, 625000, 2324000 } },
	{ OP_SECURE_BOOT,    0,	     0, { 40000, 80000, 240000 },
					{ 80000, 160000, 480000 } },
};
/* clang-format on */

/* ChipMode bits 7-3: 0, 5 (/2) and 13 (/4 and slower EEPROM). */
static unsigned int divider_column(uint8_t chip_mode)
{
	switch (chip_mode >> 3) {
	case 0:
		return 0;
	case 5:
		return 1;
	default:
		return 2;
	}
}

unsigned int sim_execution_us(enum sim_part part, uint8_t chip_mode,
			      uint8_t opcode, enum sim_timing timing)
{
	unsigned int column = divider_column(chip_mode);

	if (timing == TIMING_NONE)
		return 0;
	for (size_t i = 0; i < sizeof(exec_times) / sizeof(exec_times[0]);
	     i++) {
		const struct exec_time *row = &exec_times[i];

		if (row->opcode != opcode)
			continue;
		if (part == PART_508A)
			return timing == TIMING_MAX ? row->max_508
						    : row->typical_508;
		return timing == TIMING_MAX ? row->max_608[column]
					    : row->typical_608[column];
	}
	return 0;
}
