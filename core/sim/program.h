/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records the EEPROM bytes that a command programs, for simulated power cuts.
 */
#pragma once

#include "chip.h"

/* Commands call this before they change the `len` bytes at `bytes`. */
void program(struct chip *chip, uint8_t *bytes, size_t len,
	     enum chip_tearing tearing);

/*
 * As above, for bytes `at` to `at + len` of a slot. The 32-byte blocks that
 * contain them are programmed as a whole.
 */
void program_slot(struct chip *chip, unsigned int slot, size_t at, size_t len);

/*
 * Simulates a power cut during programming. `before` is the EEPROM before the
 * command. The chip's random numbers decide what is left of the bytes.
 */
void program_tear(struct chip *chip, const struct eeprom *before);
