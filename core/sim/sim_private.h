/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated bus and its chip. Private to the simulator. */
#pragma once

#include "chip.h"
#include "clock.h"
#include "faults.h"
#include "options.h"
#include "sim.h"
#include "store.h"

enum bus_state { BUS_ASLEEP, BUS_IDLE, BUS_AWAKE };

/* Since open. Times are modelled, even on a real clock. */
struct sim_stats {
	uint64_t transfers, naks, written, read, wakes;
	uint64_t commands, refused, by_opcode[256];
	uint64_t bus_us, execution_us;
};

struct sim {
	struct sim_options options;
	struct sim_clock clock;
	struct store store;
	bool kept; /* saved in `store`; a swapped-in chip may not be */
	struct chip chip;
	struct faults faults;
	uint64_t transfer, command; /* the numbers that faults refer to */
	struct sim_stats stats;
	/* State that control commands and faults change. */
	bool powered, present, stuck;
	uint64_t stuck_until_us, deaf_until_us;
	/* The interface. Times are those of `clock`. */
	enum bus_state state;
	uint8_t address; /* 7-bit, taken from the EEPROM at wake */
	uint64_t ready_us, watchdog_us;
	uint8_t in[255]; /* a packet that is not complete yet */
	size_t in_len;
	uint8_t out[CHIP_LONGEST_REPLY + 3];
	size_t out_len, out_at;
};
