/* SPDX-License-Identifier: Apache-2.0 */
/* One simulated bus and the chip on it, for the files that share the work. */
#ifndef NK_SIM_PRIVATE_H
#define NK_SIM_PRIVATE_H

#include "chip.h"
#include "clock.h"
#include "faults.h"
#include "options.h"
#include "sim.h"
#include "store.h"

enum bus_state { BUS_ASLEEP, BUS_IDLE, BUS_AWAKE };

/* Since open; times are modelled ones, whatever the clock. */
struct sim_stats {
	uint64_t transfers, naks, written, read, wakes;
	uint64_t commands, refused, by_opcode[256];
	uint64_t bus_us, execution_us;
};

struct sim {
	struct sim_options options;
	struct sim_clock clock;
	struct store store;
	bool kept; /* in `store`; a chip put in by a fault is not */
	struct chip chip;
	struct faults faults;
	uint64_t transfer, command; /* numbers that faults are counted in */
	struct sim_stats stats;
	/* What the other parts of the world do to it. */
	bool powered, present, stuck;
	uint64_t stuck_until_us, deaf_until_us;
	/* The interface; times are on `clock`. */
	enum bus_state state;
	uint8_t address; /* 7-bit, taken from the EEPROM at wake */
	uint64_t ready_us, watchdog_us;
	uint8_t in[255]; /* a packet of which bytes are still to come */
	size_t in_len;
	uint8_t out[CHIP_LONGEST_REPLY + 3];
	size_t out_len, out_at;
};

#endif
