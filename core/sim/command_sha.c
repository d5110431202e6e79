/* SPDX-License-Identifier: Apache-2.0 */
/* SHA and HMAC (ATECC508A data sheet, section 9.17; 608: contexts). */
#include <string.h>

#include "commands.h"
#include "key_rules.h"
#include "temp_key.h"

enum sha_step {
	SHA_START = 0,
	SHA_UPDATE = 1,
	SHA_END = 2,
	SHA_PUBLIC = 3,
	SHA_HMAC_START = 4,
	SHA_HMAC_END = 5, /* 508A; the 608 uses SHA_END for both */
	SHA_READ_CONTEXT = 6,
	SHA_WRITE_CONTEXT = 7,
	SHA_STEPS,
};

#define TARGET(mode)  ((mode) >> 6)
#define TARGET_TEMP   0
#define TARGET_DIGEST 1
#define TARGET_NONE   3
#define FROM_TEMP_KEY 0xffff
#define BLOCK	      64
#define CONTEXT_HEAD  36 /* byte count and eight state words */

typedef chip_command sha_step_command;

static void begin(struct chip *chip, bool hmac)
{
	chip->sram.sha_kind = hmac ? SHA_HMAC : SHA_PLAIN;
	if (chip->part == PART_508A)
		temp_key_forget(&chip->sram);
}

static enum chip_status step_start(struct chip *chip,
				   const struct chip_request *request,
				   struct chip_reply *reply)
{
	(void)reply;
	if (request->param2 != 0 || request->len != 0)
		return STATUS_PARSE;
	sha256_init(&chip->sram.sha);
	begin(chip, false);
	return STATUS_OK;
}

static const uint8_t *hmac_key(struct chip *chip, unsigned int param2)
{
	struct slot_rules rules;
	const uint8_t *key;

	if (!key_zones_locked(chip))
		return NULL;
	if (param2 == FROM_TEMP_KEY)
		return temp_key_len(&chip->sram) && !chip->sram.no_mac
			       ? chip->sram.temp_key.value
			       : NULL;
	key = key_secret(chip, param2, &rules);
	return key && !rules.no_mac && !rules.need_random ? key : NULL;
}

static enum chip_status step_hmac_start(struct chip *chip,
					const struct chip_request *request,
					struct chip_reply *reply)
{
	bool from_temp =
		request->param2 == FROM_TEMP_KEY && chip->part != PART_508A;
	const uint8_t *key;

	(void)reply;
	if ((request->param2 >= EEPROM_SLOTS && !from_temp) ||
	    request->len != 0)
		return STATUS_PARSE;
	key = hmac_key(chip, request->param2);
	if (!key)
		return STATUS_EXECUTION;
	hmac_sha256_set_key(&chip->sram.hmac, 32, key);
	begin(chip, true);
	return STATUS_OK;
}

static void add(struct chip *chip, const uint8_t *data, size_t len)
{
	if (chip->sram.sha_kind == SHA_HMAC)
		hmac_sha256_update(&chip->sram.hmac, len, data);
	else
		sha256_update(&chip->sram.sha, len, data);
}

static enum chip_status step_update(struct chip *chip,
				    const struct chip_request *request,
				    struct chip_reply *reply)
{
	size_t least = chip->part == PART_508A ? BLOCK : 1;

	(void)reply;
	if (request->len < least || request->len > BLOCK ||
	    request->param2 != request->len)
		return STATUS_PARSE;
	if (chip->sram.sha_kind == SHA_NONE)
		return STATUS_EXECUTION;
	add(chip, request->data, request->len);
	return STATUS_OK;
}

/* Hashes the public key in a slot. */
static enum chip_status step_public(struct chip *chip,
				    const struct chip_request *request,
				    struct chip_reply *reply)
{
	unsigned int slot = request->param2;
	uint8_t point[BLOCK];

	(void)reply;
	if (slot >= EEPROM_SLOTS || request->len != 0)
		return STATUS_PARSE;
	if (chip->sram.sha_kind != SHA_PLAIN || !key_zones_locked(chip) ||
	    !key_public_point(chip, slot, point))
		return STATUS_EXECUTION;
	add(chip, point, sizeof(point));
	return STATUS_OK;
}

static void keep_digest(struct chip *chip, unsigned int target,
			const uint8_t digest[static 32])
{
	struct chip_buffer *buffer = &chip->sram.digest;

	if (target == TARGET_TEMP) {
		temp_key_set(&chip->sram, digest, 32);
	} else if (target == TARGET_DIGEST) {
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

	if (request->len > most || request->param2 != request->len)
		return STATUS_PARSE;
	if (sram->sha_kind == SHA_NONE ||
	    (chip->part == PART_508A && (sram->sha_kind == SHA_HMAC) != hmac))
		return STATUS_EXECUTION;
	add(chip, request->data, request->len);
	if (sram->sha_kind == SHA_HMAC)
		hmac_sha256_digest(&sram->hmac, sizeof(digest), digest);
	else
		sha256_digest(&sram->sha, sizeof(digest), digest);
	sram->sha_kind = SHA_NONE;
	keep_digest(chip, TARGET(request->mode), digest);
	return chip_answer(reply, digest, sizeof(digest));
}

static enum chip_status step_end(struct chip *chip,
				 const struct chip_request *request,
				 struct chip_reply *reply)
{
	return end(chip, request, false, reply);
}

static enum chip_status step_hmac_end(struct chip *chip,
				      const struct chip_request *request,
				      struct chip_reply *reply)
{
	return end(chip, request, true, reply);
}

static void put_le32(uint8_t *to, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get_le32(const uint8_t *from)
{
	return from[0] | (uint32_t)from[1] << 8 | (uint32_t)from[2] << 16 |
	       (uint32_t)from[3] << 24;
}

/* Returns the byte count, the state, and the bytes of an incomplete block. */
static enum chip_status step_read_context(struct chip *chip,
					  const struct chip_request *request,
					  struct chip_reply *reply)
{
	const struct sha256_ctx *sha = &chip->sram.sha;
	uint8_t context[CONTEXT_HEAD + BLOCK];

	if (request->param2 != 0 || request->len != 0)
		return STATUS_PARSE;
	if (chip->sram.sha_kind != SHA_PLAIN)
		return STATUS_EXECUTION;
	put_le32(context, (uint32_t)(sha->count * BLOCK + sha->index));
	for (unsigned int i = 0; i < 8; i++)
		put_le32(context + 4 + 4 * i, sha->state[i]);
	memcpy(context + CONTEXT_HEAD, sha->block, sha->index);
	return chip_answer(reply, context, CONTEXT_HEAD + sha->index);
}

static enum chip_status step_write_context(struct chip *chip,
					   const struct chip_request *request,
					   struct chip_reply *reply)
{
	struct sha256_ctx *sha = &chip->sram.sha;
	uint32_t count;

	(void)reply;
	if (request->len < CONTEXT_HEAD || request->param2 != request->len)
		return STATUS_PARSE;
	count = get_le32(request->data);
	if (request->len != CONTEXT_HEAD + count % BLOCK)
		return STATUS_PARSE;
	sha256_init(sha);
	sha->count = count / BLOCK;
	sha->index = count % BLOCK;
	for (unsigned int i = 0; i < 8; i++)
		sha->state[i] = get_le32(request->data + 4 + 4 * i);
	memcpy(sha->block, request->data + CONTEXT_HEAD, sha->index);
	chip->sram.sha_kind = SHA_PLAIN;
	return STATUS_OK;
}

#define ONLY_508 (1u << PART_508A)
#define ONLY_608 (1u << PART_608A | 1u << PART_608B)
#define ALL	 (ONLY_508 | ONLY_608)

static const struct {
	unsigned int parts;
	sha_step_command *run;
} steps[SHA_STEPS] = {
	[SHA_START] = { ALL, step_start },
	[SHA_UPDATE] = { ALL, step_update },
	[SHA_END] = { ALL, step_end },
	[SHA_PUBLIC] = { ALL, step_public },
	[SHA_HMAC_START] = { ALL, step_hmac_start },
	[SHA_HMAC_END] = { ONLY_508, step_hmac_end },
	[SHA_READ_CONTEXT] = { ONLY_608, step_read_context },
	[SHA_WRITE_CONTEXT] = { ONLY_608, step_write_context },
};

enum chip_status command_sha(struct chip *chip,
			     const struct chip_request *request,
			     struct chip_reply *reply)
{
	unsigned int step = request->mode & 0x3f,
		     target = TARGET(request->mode);

	if (step >= SHA_STEPS || !(steps[step].parts >> chip->part & 1))
		return STATUS_PARSE;
	/* Only the 608's end step has targets. */
	if (target != TARGET_TEMP &&
	    (chip->part == PART_508A || step != SHA_END ||
	     (target != TARGET_DIGEST && target != TARGET_NONE)))
		return STATUS_PARSE;
	return steps[step].run(chip, request, reply);
}
