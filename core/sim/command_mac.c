/* SPDX-License-Identifier: Apache-2.0 */
/* MAC (ATECC508A data sheet, section 9.10). */
#include "commands.h"
#include "key_rules.h"
#include "mac_parts.h"
#include "message.h"
#include "temp_key.h"

/* The mode gives TempKey's source if, and only if, it uses TempKey. */
static bool is_mode(const struct chip *chip, unsigned int mode)
{
	unsigned int known = MAC_TEMP | MAC_FROM_INPUT | MAC_SERIAL;

	if (chip->part == PART_508A)
		known |= MAC_OTP_88 | MAC_OTP_64;
	return !(mode & ~known) &&
	       (mode & MAC_TEMP || !(mode & MAC_FROM_INPUT));
}

/* With ReqRandom, the second 32 bytes must be a random nonce. */
static const uint8_t *find_key(struct chip *chip,
			       const struct chip_request *request)
{
	bool random = request->mode & MAC_SECOND_TEMP &&
		      !(request->mode & MAC_FROM_INPUT);
	struct slot_rules rules;
	const uint8_t *key;

	if (request->mode & MAC_FIRST_TEMP)
		return chip->sram.temp_key.value;
	key = key_secret(chip, request->param2, &rules);
	if (!key || rules.no_mac || (rules.need_random && !random))
		return NULL;
	return key;
}

enum chip_status command_mac(struct chip *chip,
			     const struct chip_request *request,
			     struct chip_reply *reply)
{
	bool second_temp = request->mode & MAC_SECOND_TEMP;
	struct mac_tail tail = mac_tail(chip, request);
	struct sha256_ctx message;
	uint8_t digest[32];
	const uint8_t *key;

	if (!is_mode(chip, request->mode) || request->param2 >= EEPROM_SLOTS ||
	    request->len != (second_temp ? 0 : 32))
		return STATUS_PARSE;
	if (!key_zones_locked(chip) ||
	    (request->mode & MAC_TEMP &&
	     !mac_temp_key_fits(chip, request->mode)))
		return STATUS_EXECUTION;
	key = find_key(chip, request);
	if (!key)
		return STATUS_EXECUTION;
	message_begin(&message, key);
	message_add(&message,
		    second_temp ? chip->sram.temp_key.value : request->data,
		    32);
	message_add(&message, &tail, sizeof(tail));
	message_end(&message, digest);
	/* TempKey can be used once. */
	temp_key_forget(&chip->sram);
	return chip_answer(reply, digest, sizeof(digest));
}
