/* SPDX-License-Identifier: Apache-2.0 */
/* Verify (ATECC508A data sheet, section 9.20; 608: with a MAC). */
#include <string.h>

#include "commands.h"
#include "io_protection.h"
#include "key_rules.h"
#include "message.h"
#include "p256.h"
#include "program.h"
#include "temp_key.h"

#define MODE_DIGEST_BUFFER 0x20u /* 608 */
#define MODE_MAC	   0x80u /* 608 */
#define SIGNATURE	   64
#define OTHER_DATA	   19

struct verify {
	uint8_t point[64], digest[32];
	bool marks; /* sets the key in slot param2 to `mark` */
	uint8_t mark;
};

typedef enum chip_status verify_prepare(struct chip *chip,
					const struct chip_request *request,
					struct verify *verify);

/* The command holds the key; param2 is its type. */
static enum chip_status prepare_external(struct chip *chip,
					 const struct chip_request *request,
					 struct verify *verify)
{
	(void)chip;
	if (request->param2 != KEY_TYPE_P256)
		return STATUS_PARSE;
	memcpy(verify->point, request->data + SIGNATURE, 64);
	return STATUS_OK;
}

/* Takes the public key in `slot` and counts the use. */
static bool take_key(struct chip *chip, unsigned int slot,
		     struct verify *verify)
{
	struct slot_rules rules = eeprom_slot_rules(&chip->eeprom, slot);

	return key_zones_locked(chip) &&
	       key_public_point(chip, slot, verify->point) &&
	       (!key_wants_validation(&rules) ||
		key_is_validated(chip, slot)) &&
	       (!rules.need_random || temp_key_is_random(&chip->sram)) &&
	       key_is_usable(chip, slot, &rules);
}

static enum chip_status prepare_stored(struct chip *chip,
				       const struct chip_request *request,
				       struct verify *verify)
{
	if (request->param2 < FIRST_LARGE_SLOT ||
	    request->param2 >= EEPROM_SLOTS)
		return STATUS_PARSE;
	return take_key(chip, request->param2, verify) ? STATUS_OK
						       : STATUS_EXECUTION;
}

/*
 * Computes the message that the parent signed, as Sign's internal mode builds
 * it from TempKey. OtherData holds the bytes that this chip does not know.
 */
static void validation_digest(const struct chip *chip, const uint8_t *other,
			      uint8_t digest[static 32])
{
	const uint8_t *config = chip->eeprom.config;
	const uint8_t opcode = OP_SIGN;
	struct sha256_ctx message;

	message_begin(&message, chip->sram.temp_key.value);
	message_add(&message, &opcode, 1);
	message_add(&message, other, 10);
	message_add(&message, config + 12, 1);
	message_add(&message, other + 10, 4);
	message_add(&message, config, 2);
	message_add(&message, other + 14, 5);
	message_end(&message, digest);
}

/*
 * TempKey is GenKey's digest of the key in the slot. Its ReadKey names the
 * parent. Byte 17 of OtherData says whether the signature invalidates it.
 */
static enum chip_status prepare_marking(struct chip *chip,
					const struct chip_request *request,
					bool invalidate, struct verify *verify)
{
	const uint8_t *other = request->data + SIGNATURE;
	unsigned int slot = request->param2;
	struct slot_rules rules;

	if (slot < FIRST_LARGE_SLOT || slot >= EEPROM_SLOTS)
		return STATUS_PARSE;
	rules = eeprom_slot_rules(&chip->eeprom, slot);
	if (!key_wants_validation(&rules) ||
	    eeprom_slot_locked(&chip->eeprom, slot) ||
	    !temp_key_get(&chip->sram) || !chip->sram.from_genkey ||
	    chip->sram.temp_slot != slot || (other[17] & 1) != invalidate ||
	    !take_key(chip, rules.read_key, verify))
		return STATUS_EXECUTION;
	validation_digest(chip, other, verify->digest);
	verify->marks = true;
	verify->mark = invalidate ? KEY_INVALIDATED : KEY_VALIDATED;
	return STATUS_OK;
}

static enum chip_status prepare_validate(struct chip *chip,
					 const struct chip_request *request,
					 struct verify *verify)
{
	return prepare_marking(chip, request, false, verify);
}

static enum chip_status prepare_invalidate(struct chip *chip,
					   const struct chip_request *request,
					   struct verify *verify)
{
	return prepare_marking(chip, request, true, verify);
}

static const struct verify_mode {
	uint8_t mode;
	size_t len;
	verify_prepare *prepare;
	bool own_message; /* the message is not in TempKey or digest buffer */
} modes[] = {
	{ 0x00, SIGNATURE, prepare_stored, false },
	{ 0x02, SIGNATURE + 64, prepare_external, false },
	{ 0x03, SIGNATURE + OTHER_DATA, prepare_validate, true },
	{ 0x07, SIGNATURE + OTHER_DATA, prepare_invalidate, true },
};

/* Returns NULL when the mode is unknown or the length is wrong. */
static const struct verify_mode *find_mode(const struct chip *chip,
					   const struct chip_request *request)
{
	unsigned int flags =
		chip->part == PART_508A ? 0 : MODE_DIGEST_BUFFER | MODE_MAC;
	unsigned int mode = request->mode & ~flags;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (modes[i].mode != mode || modes[i].len != request->len)
			continue;
		if (modes[i].own_message && request->mode & MODE_DIGEST_BUFFER)
			return NULL;
		return &modes[i];
	}
	return NULL;
}

static bool take_message(struct chip *chip, const struct chip_request *request,
			 uint8_t digest[static 32])
{
	const struct chip_sram *sram = &chip->sram;
	bool buffer = request->mode & MODE_DIGEST_BUFFER;

	if ((buffer ? sram->digest.len : temp_key_len(sram)) == 0)
		return false;
	memcpy(digest, buffer ? sram->digest.value : sram->temp_key.value, 32);
	return true;
}

/*
 * The host's nonce is in the digest buffer, after the message if that is there
 * too.
 */
static enum chip_status make_mac(struct chip *chip,
				 const struct chip_request *request,
				 const struct verify *verify,
				 uint8_t mac[static 32])
{
	size_t at = request->mode & MODE_DIGEST_BUFFER ? 32 : 0;
	const struct chip_buffer *buffer = &chip->sram.digest;
	const uint8_t *key = io_key(chip);
	struct sha256_ctx message;

	if (!key || buffer->len < at + 32)
		return STATUS_EXECUTION;
	message_begin(&message, key);
	message_add(&message, verify->digest, 32);
	message_add(&message, buffer->value + at, 32);
	message_add(&message, request->data, SIGNATURE);
	message_command(&message, request);
	message_end(&message, mac);
	return STATUS_OK;
}

/* TempKey and the digest buffer can be used once. */
static void end_sources(struct chip *chip, const struct chip_request *request)
{
	if (!(request->mode & MODE_DIGEST_BUFFER))
		temp_key_forget(&chip->sram);
	if (request->mode & (MODE_DIGEST_BUFFER | MODE_MAC))
		memset(&chip->sram.digest, 0, sizeof(chip->sram.digest));
}

static void mark_key(struct chip *chip, unsigned int slot, uint8_t mark)
{
	uint8_t *first = eeprom_slot(&chip->eeprom, slot);

	program(chip, first, 1, TEAR_WHOLE);
	*first = (uint8_t)(mark << 4 | (*first & 0x0f));
}

enum chip_status command_verify(struct chip *chip,
				const struct chip_request *request,
				struct chip_reply *reply)
{
	const struct verify_mode *mode = find_mode(chip, request);
	struct verify verify = { 0 };
	enum chip_status status;
	uint8_t mac[32];

	if (!mode)
		return STATUS_PARSE;
	status = mode->prepare(chip, request, &verify);
	if (status != STATUS_OK)
		return status;
	if (!mode->own_message && !take_message(chip, request, verify.digest))
		return STATUS_EXECUTION;
	if (request->mode & MODE_MAC)
		status = make_mac(chip, request, &verify, mac);
	if (status != STATUS_OK || !sim_p256_is_point(verify.point))
		return STATUS_EXECUTION;
	end_sources(chip, request);
	if (!sim_p256_verify(verify.point, verify.digest, request->data))
		return STATUS_MISCOMPARE;
	if (verify.marks)
		mark_key(chip, request->param2, verify.mark);
	return request->mode & MODE_MAC ? chip_answer(reply, mac, sizeof(mac))
					: STATUS_OK;
}
