/* SPDX-License-Identifier: Apache-2.0 */
/* SHA, with HMAC (ATECC508A data sheet, section 9.17; 608: other ends). */
#include <string.h>

#include "commands.h"

enum sha_step {
	SHA_START = 0,
	SHA_UPDATE = 1,
	SHA_END = 2,
	SHA_HMAC_START = 4,
	SHA_HMAC_END = 5, /* 508A; the 608 has one end for both */
};

#define FROM_TEMP_KEY 0xffff
#define BLOCK	      64

static enum chip_status start(struct chip *chip,
			      const struct chip_request *request)
{
	if (request->param2 != 0 || request->len != 0)
		return STATUS_PARSE;
	chip->sram.sha_kind = SHA_PLAIN;
	sha256_init(&chip->sram.sha);
	if (chip->part == PART_508A)
		chip->sram.temp_key.len = 0;
	return STATUS_OK;
}

static const uint8_t *hmac_key(struct chip *chip, unsigned int param2)
{
	struct slot_rules rules;
	const uint8_t *key;

	if (param2 == FROM_TEMP_KEY)
		return chip_is_personal(chip) && chip->sram.temp_key.len
			       ? chip->sram.temp_key.value
			       : NULL;
	key = chip_secret(chip, param2, &rules);
	return key && !rules.no_mac && !rules.need_random ? key : NULL;
}

static enum chip_status hmac_start(struct chip *chip,
				   const struct chip_request *request)
{
	bool from_temp =
		request->param2 == FROM_TEMP_KEY && chip->part != PART_508A;
	const uint8_t *key;

	if ((request->param2 >= EEPROM_SLOTS && !from_temp) ||
	    request->len != 0)
		return STATUS_PARSE;
	key = hmac_key(chip, request->param2);
	if (!key)
		return STATUS_EXECUTION;
	hmac_sha256_set_key(&chip->sram.hmac, 32, key);
	chip->sram.sha_kind = SHA_HMAC;
	if (chip->part == PART_508A)
		chip->sram.temp_key.len = 0;
	return STATUS_OK;
}

static void add(struct chip *chip, const struct chip_request *request)
{
	if (chip->sram.sha_kind == SHA_HMAC)
		hmac_sha256_update(&chip->sram.hmac, request->len,
				   request->data);
	else
		sha256_update(&chip->sram.sha, request->len, request->data);
}

static enum chip_status update(struct chip *chip,
			       const struct chip_request *request)
{
	size_t least = chip->part == PART_508A ? BLOCK : 1;

	if (request->len < least || request->len > BLOCK ||
	    request->param2 != request->len)
		return STATUS_PARSE;
	if (chip->sram.sha_kind == SHA_NONE)
		return STATUS_EXECUTION;
	add(chip, request);
	return STATUS_OK;
}

/* Where the digest goes besides: bits 7-6, 0 TempKey, 1 digest buffer, 3 no. */
static void keep_digest(struct chip *chip, unsigned int target,
			const uint8_t digest[static 32])
{
	struct chip_buffer *buffer = &chip->sram.digest;

	if (target == 0) {
		chip_set_temp_key(chip, digest, 32);
	} else if (target == 1) {
		memset(buffer, 0, sizeof(*buffer));
		memcpy(buffer->value, digest, 32);
		buffer->len = 32;
	}
}

static enum chip_status end(struct chip *chip,
			    const struct chip_request *request, bool hmac,
			    struct chip_reply *reply)
{
	size_t most = chip->part == PART_508A ? BLOCK - 1 : BLOCK;
	struct chip_sram *sram = &chip->sram;
	uint8_t digest[32];

	if (request->len > most || request->param2 != request->len ||
	    request->mode >> 6 == 2)
		return STATUS_PARSE;
	if (sram->sha_kind == SHA_NONE ||
	    (chip->part == PART_508A && (sram->sha_kind == SHA_HMAC) != hmac))
		return STATUS_EXECUTION;
	add(chip, request);
	if (sram->sha_kind == SHA_HMAC)
		hmac_sha256_digest(&sram->hmac, sizeof(digest), digest);
	else
		sha256_digest(&sram->sha, sizeof(digest), digest);
	sram->sha_kind = SHA_NONE;
	keep_digest(chip, request->mode >> 6, digest);
	return chip_answer(reply, digest, sizeof(digest));
}

enum chip_status command_sha(struct chip *chip,
			     const struct chip_request *request,
			     struct chip_reply *reply)
{
	bool is_508 = chip->part == PART_508A;
	unsigned int step = request->mode & 0x3f;

	if (request->mode & 0xc0 && (is_508 || step != SHA_END))
		return STATUS_PARSE;
	switch (step) {
	case SHA_START:
		return start(chip, request);
	case SHA_UPDATE:
		return update(chip, request);
	case SHA_END:
		return end(chip, request, false, reply);
	case SHA_HMAC_START:
		return hmac_start(chip, request);
	case SHA_HMAC_END:
		return is_508 ? end(chip, request, true, reply) : STATUS_PARSE;
	default:
		return STATUS_PARSE;
	}
}
