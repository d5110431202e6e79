/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TempKey: who may use what is in it, and its flags (ATECC508A data sheet,
 * section 4.4.2 "TempKey").
 */
#ifndef NK_SIM_TEMP_KEY_H
#define NK_SIM_TEMP_KEY_H

#include "chip.h"

void temp_key_forget(struct chip_sram *sram);
/*
 * `len` bytes (32 or 64), with the flags of a fixed input: only a random Nonce
 * makes another one.
 */
void temp_key_set(struct chip_sram *sram, const uint8_t *value, size_t len);
/* 32 bytes that a command has made of TempKey and `slot`; keeps SourceFlag. */
void temp_key_become(struct chip_sram *sram, const uint8_t value[static 32],
		     unsigned int slot);

/* The bytes that are there for all commands; 0: none. */
size_t temp_key_len(const struct chip_sram *sram);
/* TempKey when it has 32 bytes, for all commands; else NULL. */
const uint8_t *temp_key_get(const struct chip_sram *sram);
/* What a random Nonce has left is in TempKey, or what was made of it. */
bool temp_key_is_random(const struct chip_sram *sram);
/* Slot and flags as Info's state and Sign's message have them. */
uint8_t temp_key_flags(const struct chip_sram *sram);

/*
 * TempKey as the key that encrypts what goes to or from `slot`: made by GenDig
 * of slot `key`, over a nonce as CheckMacConfig wants it. NULL: it is not that.
 */
const uint8_t *temp_key_session(const struct chip *chip, unsigned int key,
				unsigned int slot);

#endif
