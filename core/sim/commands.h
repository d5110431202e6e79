/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function per command. Returns STATUS_OK with the answer in `reply` (an
 * empty one stands for the status byte), or a refusal, which leaves the EEPROM
 * unchanged.
 */
#pragma once

#include "chip.h"

typedef enum chip_status chip_command(struct chip *chip,
				      const struct chip_request *request,
				      struct chip_reply *reply);

chip_command command_aes, command_checkmac, command_counter;
chip_command command_derive_key, command_ecdh, command_gendig;
chip_command command_genkey, command_hmac, command_info, command_kdf;
chip_command command_lock, command_mac, command_nonce, command_pause;
chip_command command_priv_write, command_random, command_read;
chip_command command_secureboot, command_self_test, command_sha;
chip_command command_sign, command_update_extra, command_verify;
chip_command command_write;

/* Sets the answer to `len` bytes. For commands. */
static inline enum chip_status chip_answer(struct chip_reply *reply,
					   const void *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		reply->data[i] = ((const uint8_t *)data)[i];
	reply->len = len;
	return STATUS_OK;
}
