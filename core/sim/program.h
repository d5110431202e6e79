/* SPDX-License-Identifier: Apache-2.0 */
/* EEPROM bytes that are about to be changed, for those who cut the power. */
#ifndef NK_SIM_PROGRAM_H
#define NK_SIM_PROGRAM_H

#include "chip.h"

/* A command says it before it changes the `len` bytes at `bytes`. */
void program(struct chip *chip, uint8_t *bytes, size_t len,
	     enum chip_tearing tearing);

/*
 * The same for bytes `at` to `at + len` of a slot: the 32-byte blocks that they
 * are in are programmed as a whole.
 */
void program_slot(struct chip *chip, unsigned int slot, size_t at, size_t len);

/*
 * The power has failed meanwhile; `before` is the EEPROM as it was. What is
 * left of the bytes is drawn from the chip's random numbers.
 */
void program_tear(struct chip *chip, const struct eeprom *before);

#endif
