/* SPDX-License-Identifier: Apache-2.0 */
/* TempKey and its flags (ATECC508A data sheet, section 4.4.2 "TempKey"). */
#pragma once

#include "chip.h"

void temp_key_forget(struct chip_sram *sram);
/*
 * Sets TempKey to `len` bytes (32 or 64) with the flags of a fixed input. Only
 * a random Nonce sets other flags.
 */
void temp_key_set(struct chip_sram *sram, const uint8_t *value, size_t len);
/*
 * Sets TempKey to 32 bytes that a command made from it and `slot`. Keeps
 * SourceFlag.
 */
void temp_key_become(struct chip_sram *sram, const uint8_t value[static 32],
		     unsigned int slot);

/* Returns how many bytes all commands can use; 0: none. */
size_t temp_key_len(const struct chip_sram *sram);
/* Returns TempKey when all commands can use 32 bytes of it, else NULL. */
const uint8_t *temp_key_get(const struct chip_sram *sram);
/* Whether TempKey came from a random Nonce, directly or derived from it. */
bool temp_key_is_random(const struct chip_sram *sram);
/* Returns slot and flags as Info's state and Sign's message encode them. */
uint8_t temp_key_flags(const struct chip_sram *sram);

/*
 * Returns TempKey as the session key for data to or from `slot`. GenDig of slot
 * `key` must have made it, over a nonce as CheckMacConfig wants. NULL: it did
 * not.
 */
const uint8_t *temp_key_session(const struct chip *chip, unsigned int key,
				unsigned int slot);
