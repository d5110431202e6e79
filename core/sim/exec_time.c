/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 508A: typical times of the data sheet's table "Command Opcodes, Short
 * Descriptions, and Execution Times", and the larger of its maxima and those
 * that Microchip's library waits for. 608: that library's maxima for each clock
 * divider; typical times are not public, these are of the order of maxima / 2.
 */
#include "exec_time.h"

#include <stddef.h>

/* One row per opcode; microseconds. 0: the part has no such command. */
struct exec_time {
	uint8_t opcode;
	unsigned int typical_508, max_508;
	/* By clock divider: none, 5, 13. */
	unsigned int typical_608[3], max_608[3];
};

static const struct exec_time exec_times[] = {
	{ 0x02, 100, 5000, { 500, 500, 500 }, { 5000, 5000, 5000 } },
	{ 0x08, 5000, 14000, { 15000, 15000, 15000 }, { 55000, 55000, 55000 } },
	{ 0x12, 7000, 26000, { 12000, 12000, 12000 }, { 45000, 45000, 45000 } },
	{ 0x16, 100, 29000, { 1000, 1000, 1000 }, { 20000, 20000, 20000 } },
	{ 0x17, 8000, 32000, { 10000, 10000, 10000 }, { 35000, 35000, 35000 } },
	{ 0x1b, 1000, 23000, { 5000, 5000, 5000 }, { 23000, 23000, 23000 } },
	{ 0x20, 8000, 10000, { 8000, 8000, 8000 }, { 10000, 10000, 10000 } },
	{ 0x24, 5000, 20000, { 8000, 8000, 8000 }, { 25000, 25000, 25000 } },
	{ 0x28, 5000, 13000, { 12000, 12000, 12000 }, { 40000, 40000, 40000 } },
	{ 0x30, 100, 2000, { 500, 500, 500 }, { 5000, 5000, 5000 } },
	{ 0x40,
	  11000,
	  115000,
	  { 59000, 120000, 380000 },
	  { 115000, 215000, 653000 } },
	{ 0x41,
	  42000,
	  60000,
	  { 64000, 125000, 390000 },
	  { 115000, 220000, 665000 } },
	{ 0x43,
	  38000,
	  58000,
	  { 45000, 105000, 330000 },
	  { 75000, 172000, 531000 } },
	{ 0x45,
	  38000,
	  72000,
	  { 65000, 180000, 670000 },
	  { 105000, 295000, 1085000 } },
	{ 0x47, 7000, 9000, { 7000, 9000, 16000 }, { 36000, 42000, 75000 } },
	{ 0x51, 0, 0, { 7000, 7000, 7000 }, { 27000, 27000, 27000 } },
	{ 0x56, 0, 0, { 40000, 40000, 40000 }, { 165000, 165000, 165000 } },
	{ 0x77,
	  0,
	  0,
	  { 150000, 380000, 1400000 },
	  { 250000, 625000, 2324000 } },
};

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
