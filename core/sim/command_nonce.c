/* SPDX-License-Identifier: Apache-2.0 */
/* Nonce (ATECC508A data sheet, section 9.11). */
#include <string.h>

#include "commands.h"
#include "generator.h"
#include "message.h"
#include "temp_key.h"

#define MODE_FIXED    0x03u
#define MODE_64_BYTES 0x20u  /* 608 */
#define FROM_TEMP_KEY 0x8000 /* param2: returns TempKey, not a random number */
#define NUM_IN_LEN    20

/* Computes the nonce from `first`, the host's input, opcode and mode. */
static void make_nonce(const struct chip_request *request,
		       const uint8_t first[static 32], uint8_t nonce[static 32])
{
	const uint8_t tail[3] = { OP_NONCE, request->mode, 0 };
	struct sha256_ctx message;

	message_begin(&message, first);
	message_add(&message, request->data, request->len);
	message_add(&message, tail, sizeof(tail));
	message_end(&message, nonce);
}

/* Makes the next nonce from TempKey, keeps its flags and returns it. */
static enum chip_status next_nonce(struct chip *chip,
				   const struct chip_request *request,
				   struct chip_reply *reply)
{
	const uint8_t *old = temp_key_get(&chip->sram);
	uint8_t nonce[32];

	if (!old)
		return STATUS_EXECUTION;
	make_nonce(request, old, nonce);
	memcpy(chip->sram.temp_key.value, nonce, sizeof(nonce));
	return chip_answer(reply, nonce, sizeof(nonce));
}

static enum chip_status random_nonce(struct chip *chip,
				     const struct chip_request *request,
				     struct chip_reply *reply)
{
	uint8_t out[32], nonce[32];

	if (request->len != NUM_IN_LEN)
		return STATUS_PARSE;
	if (request->param2 == FROM_TEMP_KEY)
		return next_nonce(chip, request, reply);
	generator_draw(chip, out, sizeof(out));
	make_nonce(request, out, nonce);
	temp_key_set(&chip->sram, nonce, sizeof(nonce));
	chip->sram.from_input = false;
	return chip_answer(reply, out, sizeof(out));
}

/* On the 608, mode bit 5 means 64 bytes, and bits 7-6 give the target. */
static enum chip_status fixed_nonce(struct chip *chip,
				    const struct chip_request *request)
{
	struct chip_buffer *targets[4] = { NULL, &chip->sram.digest,
					   &chip->sram.alt_key, NULL };
	size_t len = request->mode & MODE_64_BYTES ? 64 : 32;
	unsigned int target = request->mode >> 6;

	if (request->mode & 0x1c || target == 3 || request->len != len ||
	    request->param2 != 0 || (target == 2 && len == 64))
		return STATUS_PARSE;
	if (chip->part == PART_508A && request->mode != MODE_FIXED)
		return STATUS_PARSE;
	if (target == 0) {
		temp_key_set(&chip->sram, request->data, len);
		return STATUS_OK;
	}
	memset(targets[target], 0, sizeof(*targets[target]));
	memcpy(targets[target]->value, request->data, len);
	targets[target]->len = len;
	return STATUS_OK;
}

enum chip_status command_nonce(struct chip *chip,
			       const struct chip_request *request,
			       struct chip_reply *reply)
{
	if ((request->mode & 3) == MODE_FIXED)
		return fixed_nonce(chip, request);
	if (request->mode > 1 ||
	    (request->param2 != 0 && request->param2 != FROM_TEMP_KEY))
		return STATUS_PARSE;
	return random_nonce(chip, request, reply);
}
