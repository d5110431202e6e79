/* SPDX-License-Identifier: Apache-2.0 */
/* CheckMac (ATECC508A data sheet, section 9.1). */
#include <string.h>

#include <nettle/memops.h>

#include "commands.h"
#include "key_rules.h"
#include "mac_parts.h"
#include "message.h"
#include "temp_key.h"

#define CHECK_LENGTH 77 /* challenge, response, OtherData */

static bool is_mode(const struct chip *chip, unsigned int mode)
{
	unsigned int known = MAC_TEMP | MAC_FROM_INPUT;

	if (chip->part == PART_508A)
		known |= MAC_OTP_64;
	return !(mode & ~known) && (mode & MAC_TEMP) != MAC_TEMP &&
	       (mode & MAC_TEMP || !(mode & MAC_FROM_INPUT));
}

static const uint8_t *find_key(struct chip *chip,
			       const struct chip_request *request)
{
	bool random = request->mode & MAC_SECOND_TEMP &&
		      !(request->mode & MAC_FROM_INPUT);
	struct slot_rules rules;
	const uint8_t *key;

	if (request->mode & MAC_FIRST_TEMP)
		return key_zones_locked(chip) ? chip->sram.temp_key.value
					      : NULL;
	key = key_secret(chip, request->param2, &rules);
	return key && rules.need_random && !random ? NULL : key;
}

/* `other` is OtherData, the last 13 bytes of the command. */
static struct mac_tail check_tail(const struct chip *chip, unsigned int mode,
				  const uint8_t *other)
{
	const uint8_t *config = chip->eeprom.config;
	struct mac_tail tail = {
		.serial_8 = config[12],
		.serial_0_1 = { config[0], config[1] },
	};

	memcpy(tail.command, other, 4);
	memcpy(tail.otp_more, other + 4, 3);
	memcpy(tail.serial_4_7, other + 7, 4);
	memcpy(tail.serial_2_3, other + 11, 2);
	if (mode & MAC_OTP_64)
		memcpy(tail.otp, chip->eeprom.otp, sizeof(tail.otp));
	return tail;
}

static bool response_fits(const struct chip *chip,
			  const struct chip_request *request,
			  const uint8_t *key)
{
	struct mac_tail tail =
		check_tail(chip, request->mode, request->data + 64);
	struct sha256_ctx message;
	uint8_t digest[32];

	message_begin(&message, key);
	message_add(&message,
		    request->mode & MAC_SECOND_TEMP ? chip->sram.temp_key.value
						    : request->data,
		    32);
	message_add(&message, &tail, sizeof(tail));
	message_end(&message, digest);
	return memeql_sec(digest, request->data + 32, sizeof(digest));
}

/*
 * After a successful password check, copies the secret that belongs to the
 * password into TempKey. ReadKey must be 0, and the nonce as CheckMacConfig
 * wants it. An even slot gives the next slot's secret, an odd slot its own.
 */
static void copy_secret(struct chip *chip, const struct chip_request *request)
{
	unsigned int slot = request->param2 | 1;
	bool want_input =
		chip->eeprom.config[CONFIG_CHECKMAC] >> (slot / 2) & 1;
	struct slot_rules rules =
		eeprom_slot_rules(&chip->eeprom, request->param2);
	struct slot_rules target = eeprom_slot_rules(&chip->eeprom, slot);

	if ((request->mode & ~MAC_FROM_INPUT) != MAC_SECOND_TEMP ||
	    want_input != !!(request->mode & MAC_FROM_INPUT) ||
	    !key_zones_locked(chip) || rules.read_key != 0 ||
	    target.private_key || target.key_type == KEY_TYPE_P256)
		return;
	temp_key_set(&chip->sram, eeprom_slot(&chip->eeprom, slot), 32);
}

enum chip_status command_checkmac(struct chip *chip,
				  const struct chip_request *request,
				  struct chip_reply *reply)
{
	const uint8_t *key;
	bool same;

	(void)reply;
	if (!is_mode(chip, request->mode) || request->param2 >= EEPROM_SLOTS ||
	    request->len != CHECK_LENGTH)
		return STATUS_PARSE;
	chip->sram.authorized = false;
	if (!eeprom_config_locked(&chip->eeprom) ||
	    (request->mode & MAC_TEMP &&
	     !mac_temp_key_fits(chip, request->mode)))
		return STATUS_EXECUTION;
	key = find_key(chip, request);
	if (!key)
		return STATUS_EXECUTION;
	same = response_fits(chip, request, key);
	temp_key_forget(&chip->sram);
	if (!same)
		return STATUS_MISCOMPARE;
	if (request->mode == MAC_SECOND_TEMP) {
		chip->sram.authorized = true;
		chip->sram.auth_slot = request->param2;
	}
	copy_secret(chip, request);
	return STATUS_OK;
}
