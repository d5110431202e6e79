/* SPDX-License-Identifier: Apache-2.0 */
/* MAC and CheckMac (ATECC508A data sheet, sections 9.10 and 9.1). */
#include <string.h>

#include <nettle/memops.h>
#include <nettle/sha2.h>

#include "commands.h"

#define MODE_SECOND_TEMP 0x01 /* second 32 bytes: TempKey, else challenge */
#define MODE_FIRST_TEMP	 0x02 /* first 32 bytes: TempKey, else a slot */
#define MODE_FROM_INPUT	 0x04 /* what TempKey's SourceFlag must be */
#define MODE_TEMP	 (MODE_SECOND_TEMP | MODE_FIRST_TEMP)
#define MAC_OTP_88	 0x10 /* 508A */
#define MAC_OTP_64	 0x20 /* 508A */
#define MAC_SERIAL	 0x40
#define CHECK_OTP_64	 0x20 /* 508A */

#define CHECK_LENGTH	 77 /* challenge, response, OtherData */

/* One of the two from TempKey, or neither; SourceFlag only then. */
static bool mode_is_sane(unsigned int mode)
{
	if ((mode & MODE_TEMP) == MODE_TEMP)
		return false;
	return mode & MODE_TEMP || !(mode & MODE_FROM_INPUT);
}

static bool temp_key_fits(const struct chip *chip, unsigned int mode)
{
	const struct chip_sram *sram = &chip->sram;

	if (!(mode & MODE_TEMP))
		return true;
	return sram->temp_key.len == 32 &&
	       sram->from_input == ((mode & MODE_FROM_INPUT) != 0);
}

/* The first 32 bytes of the message; NULL: refused. */
static const uint8_t *
first_part(struct chip *chip, const struct chip_request *request, bool is_mac)
{
	struct slot_rules rules;
	const uint8_t *key;
	bool random = request->mode & MODE_SECOND_TEMP &&
		      !(request->mode & MODE_FROM_INPUT);

	if (request->mode & MODE_FIRST_TEMP)
		return chip_is_personal(chip) ? chip->sram.temp_key.value
					      : NULL;
	key = chip_secret(chip, request->param2, &rules);
	if (!key || (rules.need_random && !random) || (is_mac && rules.no_mac))
		return NULL;
	return key;
}

static const uint8_t *second_part(const struct chip *chip,
				  const struct chip_request *request)
{
	return request->mode & MODE_SECOND_TEMP ? chip->sram.temp_key.value
						: request->data;
}

/* What is hashed behind the first two parts. */
struct mac_tail {
	uint8_t command[4];
	uint8_t otp[8];
	uint8_t otp_more[3];
	uint8_t serial_8;
	uint8_t serial_4_7[4];
	uint8_t serial_0_1[2];
	uint8_t serial_2_3[2];
};

static void finish(struct chip *chip, const uint8_t *first,
		   const uint8_t *second, const struct mac_tail *tail,
		   uint8_t digest[static 32])
{
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, 32, first);
	sha256_update(&sha, 32, second);
	sha256_update(&sha, sizeof(*tail), (const uint8_t *)tail);
	sha256_digest(&sha, 32, digest);
	/* TempKey is good for one use. */
	chip_forget_temp_key(chip);
}

static struct mac_tail mac_tail(const struct chip *chip,
				const struct chip_request *request)
{
	const uint8_t *config = chip->eeprom.config, *otp = chip->eeprom.otp;
	struct mac_tail tail = {
		.command = { OP_MAC, request->mode, (uint8_t)request->param2 },
		.serial_8 = config[12],
		.serial_0_1 = { config[0], config[1] },
	};

	if (request->mode & (MAC_OTP_64 | MAC_OTP_88))
		memcpy(tail.otp, otp, sizeof(tail.otp));
	if (request->mode & MAC_OTP_88)
		memcpy(tail.otp_more, otp + 8, sizeof(tail.otp_more));
	if (request->mode & MAC_SERIAL) {
		memcpy(tail.serial_4_7, config + 8, sizeof(tail.serial_4_7));
		memcpy(tail.serial_2_3, config + 2, sizeof(tail.serial_2_3));
	}
	return tail;
}

enum chip_status command_mac(struct chip *chip,
			     const struct chip_request *request,
			     struct chip_reply *reply)
{
	unsigned int known = MODE_TEMP | MODE_FROM_INPUT | MAC_SERIAL;
	struct mac_tail tail = mac_tail(chip, request);
	uint8_t digest[32];
	const uint8_t *first;

	if (chip->part == PART_508A)
		known |= MAC_OTP_88 | MAC_OTP_64;
	if (request->mode & ~known || !mode_is_sane(request->mode) ||
	    request->param2 >= EEPROM_SLOTS ||
	    request->len != (request->mode & MODE_SECOND_TEMP ? 0 : 32))
		return STATUS_PARSE;
	first = first_part(chip, request, true);
	if (!first || !temp_key_fits(chip, request->mode))
		return STATUS_EXECUTION;
	finish(chip, first, second_part(chip, request), &tail, digest);
	return chip_answer(reply, digest, sizeof(digest));
}

/* `other` is OtherData, 13 bytes, the last part of the command. */
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
	if (mode & CHECK_OTP_64)
		memcpy(tail.otp, chip->eeprom.otp, sizeof(tail.otp));
	return tail;
}

enum chip_status command_checkmac(struct chip *chip,
				  const struct chip_request *request,
				  struct chip_reply *reply)
{
	unsigned int known = MODE_TEMP | MODE_FROM_INPUT;
	struct mac_tail tail;
	uint8_t digest[32];
	const uint8_t *first;
	bool same;

	(void)reply;
	if (chip->part == PART_508A)
		known |= CHECK_OTP_64;
	if (request->mode & ~known || !mode_is_sane(request->mode) ||
	    request->param2 >= EEPROM_SLOTS || request->len != CHECK_LENGTH)
		return STATUS_PARSE;
	chip->sram.authorized = false;
	first = first_part(chip, request, false);
	if (!first || !temp_key_fits(chip, request->mode))
		return STATUS_EXECUTION;
	tail = check_tail(chip, request->mode, request->data + 64);
	finish(chip, first, second_part(chip, request), &tail, digest);
	same = memeql_sec(digest, request->data + 32, sizeof(digest));
	if (same && request->mode == MODE_SECOND_TEMP) {
		chip->sram.authorized = true;
		chip->sram.auth_slot = request->param2;
	}
	return same ? STATUS_OK : STATUS_MISCOMPARE;
}
