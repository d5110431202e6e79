/* SPDX-License-Identifier: Apache-2.0 */
#include "io_protection.h"

#include <string.h>

#include "key_rules.h"
#include "message.h"

#define IO_KEY_ENABLED 0x02
#define NONCE_PART     16u

static unsigned int options_high(const struct chip *chip)
{
	return chip->eeprom.config[CONFIG_CHIP_OPTIONS + 1];
}

enum output_protection io_ecdh_protection(const struct chip *chip)
{
	if (chip->part == PART_508A)
		return OUTPUT_ANY;
	return options_high(chip) & 3;
}

enum output_protection io_kdf_protection(const struct chip *chip)
{
	return options_high(chip) >> 2 & 3;
}

const uint8_t *io_key(struct chip *chip)
{
	struct slot_rules rules;

	if (chip->part == PART_508A ||
	    !(chip->eeprom.config[CONFIG_CHIP_OPTIONS] & IO_KEY_ENABLED))
		return NULL;
	return key_secret(chip, options_high(chip) >> 4, &rules);
}

/* Each 32 bytes are encrypted with their own key, made from half a nonce. */
enum chip_status io_answer_encrypted(struct chip *chip, const uint8_t *bytes,
				     size_t len, struct chip_reply *reply)
{
	const uint8_t *key = io_key(chip);
	uint8_t mask[32], *nonce = reply->data + len;
	struct sha256_ctx message;

	if (!key)
		return STATUS_EXECUTION;
	sim_random_draw(&chip->random, nonce, 32);
	for (size_t i = 0; i < len; i++) {
		if (i % 32 == 0) {
			message_begin(&message, key);
			message_add(&message, nonce + i / 32 * NONCE_PART,
				    NONCE_PART);
			message_end(&message, mask);
		}
		reply->data[i] = bytes[i] ^ mask[i % 32];
	}
	reply->len = len + 32;
	explicit_bzero(mask, sizeof(mask));
	return STATUS_OK;
}
