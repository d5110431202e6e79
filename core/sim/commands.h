/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function per command: STATUS_OK with what it answers in `reply` (nothing:
 * the status byte itself is answered), or the status of a refusal.
 */
#ifndef NK_SIM_COMMANDS_H
#define NK_SIM_COMMANDS_H

#include "chip.h"

typedef enum chip_status chip_command(struct chip *chip,
				      const struct chip_request *request,
				      struct chip_reply *reply);

chip_command command_read, command_write, command_lock;
chip_command command_info, command_random, command_nonce;
chip_command command_mac, command_checkmac, command_sha;
chip_command command_counter, command_update_extra;
chip_command command_self_test, command_aes, command_kdf;
chip_command command_genkey, command_sign, command_verify, command_ecdh;

/* For the commands: answer `len` bytes. */
static inline enum chip_status chip_answer(struct chip_reply *reply,
					   const void *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		reply->data[i] = ((const uint8_t *)data)[i];
	reply->len = len;
	return STATUS_OK;
}

/* `len` bytes at `target` are about to be changed. */
static inline void chip_program(struct chip *chip, uint8_t *target, size_t len)
{
	chip->programmed = target;
	chip->programmed_len = len;
	chip->programmed_whole = false;
}

/* The same for what the chip keeps safe from power cuts: locks, counters. */
static inline void chip_program_whole(struct chip *chip, uint8_t *target,
				      size_t len)
{
	chip_program(chip, target, len);
	chip->programmed_whole = true;
}

/* The generator; FF FF 00 00 again and again before the configuration lock. */
void chip_random(struct chip *chip, uint8_t *out, size_t len);

/*
 * TempKey set to `len` bytes (32 or 64), with the flags of a fixed input: only
 * a random Nonce makes another one.
 */
void chip_set_temp_key(struct chip *chip, const uint8_t *value, size_t len);
void chip_forget_temp_key(struct chip *chip);

/* Slot and flags of TempKey, as Info's state and Sign's message have them. */
uint8_t chip_temp_key_flags(const struct chip_sram *sram);

/*
 * The permissions that all uses of a key share: authorisation by CheckMac,
 * the latch, no limit of uses, and no UseLock.
 */
bool chip_key_usable(const struct chip *chip, const struct slot_rules *rules);

/*
 * The content of `slot` as a symmetric key, and its rules: both zones locked,
 * no ECC key, all of chip_key_usable(). NULL: refused.
 */
const uint8_t *chip_secret(struct chip *chip, unsigned int slot,
			   struct slot_rules *rules);

/* What a random Nonce has left is in TempKey, or what was made of it. */
bool chip_has_random_nonce(const struct chip *chip);

/*
 * `slot` is for public keys that are of use once Verify has validated them; and
 * the one that is there has been (5 in its first four bits).
 */
bool chip_is_validated_slot(const struct slot_rules *rules);
bool chip_holds_valid_key(struct chip *chip, unsigned int slot);

/* Both zones are locked: keys are what they will be. */
bool chip_is_personal(const struct chip *chip);

#endif
