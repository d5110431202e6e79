/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "eeprom.h"
#include "options.h"

/*
 * Returns how long the part executes `opcode`, in microseconds. `chip_mode` is
 * configuration byte 19, whose upper bits divide the 608's clock. Returns 0
 * with TIMING_NONE and for unknown opcodes.
 */
unsigned int sim_execution_us(enum sim_part part, uint8_t chip_mode,
			      uint8_t opcode, enum sim_timing timing);
