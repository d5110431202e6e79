/* SPDX-License-Identifier: Apache-2.0 */
/* HMAC of the 508A (data sheet, section 9.7). */
#include "commands.h"
#include "key_rules.h"
#include "mac_parts.h"
#include "temp_key.h"

static const uint8_t *find_key(struct chip *chip, unsigned int slot)
{
	struct slot_rules rules;
	const uint8_t *key = key_secret(chip, slot, &rules);

	if (!key || rules.no_mac ||
	    (rules.need_random && !temp_key_is_random(&chip->sram)))
		return NULL;
	return key;
}

enum chip_status command_hmac(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	static const uint8_t zeros[32];
	struct mac_tail tail = mac_tail(chip, request);
	struct hmac_sha256_ctx hmac;
	uint8_t digest[32];
	const uint8_t *key;

	if (request->mode & ~(MAC_FROM_INPUT | MAC_SERIAL) ||
	    request->param2 >= EEPROM_SLOTS || request->len != 0)
		return STATUS_PARSE;
	if (!key_zones_locked(chip) || !mac_temp_key_fits(chip, request->mode))
		return STATUS_EXECUTION;
	key = find_key(chip, request->param2);
	if (!key)
		return STATUS_EXECUTION;
	hmac_sha256_set_key(&hmac, 32, key);
	hmac_sha256_update(&hmac, sizeof(zeros), zeros);
	hmac_sha256_update(&hmac, 32, chip->sram.temp_key.value);
	hmac_sha256_update(&hmac, sizeof(tail), (const uint8_t *)&tail);
	hmac_sha256_digest(&hmac, sizeof(digest), digest);
	return chip_answer(reply, digest, sizeof(digest));
}
