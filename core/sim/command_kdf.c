/* SPDX-License-Identifier: Apache-2.0 */
/* KDF of the 608: sources and targets of keys. */
#include <string.h>

#include "commands.h"
#include "io_protection.h"
#include "kdf.h"
#include "key_rules.h"
#include "temp_key.h"

#define SOURCE(mode)	((mode)&3u)
#define TARGET(mode)	((mode) >> 2 & 7u)
#define ALGORITHM(mode) ((mode) >> 5 & 3u)
#define SOURCE_SLOT(p2) ((p2)&0xffu)
#define TARGET_SLOT(p2) ((unsigned int)(p2) >> 8)
#define UNUSED_MODE	0x80

enum kdf_place {
	PLACE_TEMP,
	PLACE_TEMP_UPPER,
	PLACE_SLOT,
	PLACE_ALT,
	PLACE_OUT,
	PLACE_OUT_ENCRYPTED,
	TARGETS,
};

static void find_source(struct chip *chip, const struct chip_request *request,
			struct kdf *kdf)
{
	struct chip_sram *sram = &chip->sram;
	unsigned int slot = SOURCE_SLOT(request->param2);
	struct slot_rules rules;

	switch (SOURCE(request->mode)) {
	case PLACE_TEMP:
		kdf->key = sram->temp_key.value;
		kdf->key_len = temp_key_len(sram);
		return;
	case PLACE_TEMP_UPPER:
		kdf->key = sram->temp_key.value + 32;
		kdf->key_len = temp_key_len(sram) == 64 ? 32 : 0;
		return;
	case PLACE_ALT:
		kdf->key = sram->alt_key.value;
		kdf->key_len = sram->alt_key.len;
		return;
	default:
		kdf->key = slot < EEPROM_SLOTS ? key_secret(chip, slot, &rules)
					       : NULL;
		kdf->key_len = kdf->key ? eeprom_slot_size(slot) : 0;
		return;
	}
}

typedef enum chip_status kdf_deliver(struct chip *chip,
				     const struct chip_request *request,
				     const struct kdf *kdf,
				     struct chip_reply *reply);

static enum chip_status into_temp(struct chip *chip,
				  const struct chip_request *request,
				  const struct kdf *kdf,
				  struct chip_reply *reply)
{
	(void)request;
	(void)reply;
	temp_key_set(&chip->sram, kdf->out, kdf->out_len);
	return STATUS_OK;
}

/* Stores the result behind 32 bytes that TempKey already holds. */
static enum chip_status into_upper(struct chip *chip,
				   const struct chip_request *request,
				   const struct kdf *kdf,
				   struct chip_reply *reply)
{
	uint8_t both[64];

	(void)request;
	(void)reply;
	if (kdf->out_len != 32 || temp_key_len(&chip->sram) == 0)
		return STATUS_EXECUTION;
	memcpy(both, chip->sram.temp_key.value, 32);
	memcpy(both + 32, kdf->out, 32);
	temp_key_set(&chip->sram, both, sizeof(both));
	explicit_bzero(both, sizeof(both));
	return STATUS_OK;
}

/* KDF may write to slots that anybody may write to. */
static enum chip_status into_slot(struct chip *chip,
				  const struct chip_request *request,
				  const struct kdf *kdf,
				  struct chip_reply *reply)
{
	unsigned int slot = TARGET_SLOT(request->param2);

	(void)reply;
	if (!key_can_store(chip, slot, kdf->out_len) ||
	    eeprom_slot_rules(&chip->eeprom, slot).write_config != 0)
		return STATUS_EXECUTION;
	key_store(chip, slot, kdf->out, kdf->out_len);
	return STATUS_OK;
}

static enum chip_status into_alt(struct chip *chip,
				 const struct chip_request *request,
				 const struct kdf *kdf,
				 struct chip_reply *reply)
{
	(void)request;
	(void)reply;
	if (kdf->out_len != 32)
		return STATUS_EXECUTION;
	memcpy(chip->sram.alt_key.value, kdf->out, 32);
	chip->sram.alt_key.len = 32;
	return STATUS_OK;
}

static enum chip_status into_output(struct chip *chip,
				    const struct chip_request *request,
				    const struct kdf *kdf,
				    struct chip_reply *reply)
{
	(void)request;
	if (kdf->more_len)
		return STATUS_PARSE;
	if (io_kdf_protection(chip) != OUTPUT_ANY)
		return STATUS_EXECUTION;
	return chip_answer(reply, kdf->out, kdf->out_len);
}

static enum chip_status into_encrypted(struct chip *chip,
				       const struct chip_request *request,
				       const struct kdf *kdf,
				       struct chip_reply *reply)
{
	(void)request;
	if (kdf->more_len)
		return STATUS_PARSE;
	if (io_kdf_protection(chip) > OUTPUT_ENCRYPTED)
		return STATUS_EXECUTION;
	return io_answer_encrypted(chip, kdf->out, kdf->out_len, reply);
}

static kdf_deliver *const deliver[TARGETS] = {
	[PLACE_TEMP] = into_temp,  [PLACE_TEMP_UPPER] = into_upper,
	[PLACE_SLOT] = into_slot,  [PLACE_ALT] = into_alt,
	[PLACE_OUT] = into_output, [PLACE_OUT_ENCRYPTED] = into_encrypted,
};

/* Reads the four bytes of details and the message. false: bad length. */
static bool take_details(const struct chip_request *request, struct kdf *kdf)
{
	if (request->len < 4)
		return false;
	for (unsigned int i = 0; i < 4; i++)
		kdf->details |= (uint32_t)request->data[i] << (8 * i);
	kdf->message = request->data + 4;
	kdf->message_len = request->len - 4;
	return ALGORITHM(request->mode) == KDF_AES ||
	       kdf->details >> 24 == kdf->message_len;
}

static enum chip_status derive(struct chip *chip,
			       const struct chip_request *request,
			       struct kdf *kdf, struct chip_reply *reply)
{
	unsigned int target = TARGET(request->mode);
	enum chip_status status;

	find_source(chip, request, kdf);
	status = kdf_run(chip, ALGORITHM(request->mode), kdf);
	/* The half that is returned is not encrypted. */
	if (status == STATUS_OK && kdf->more_len && target < PLACE_OUT &&
	    io_kdf_protection(chip) != OUTPUT_ANY)
		status = STATUS_EXECUTION;
	if (status == STATUS_OK)
		status = deliver[target](chip, request, kdf, reply);
	if (status == STATUS_OK && kdf->more_len)
		chip_answer(reply, kdf->out + kdf->out_len, kdf->more_len);
	return status;
}

enum chip_status command_kdf(struct chip *chip,
			     const struct chip_request *request,
			     struct chip_reply *reply)
{
	struct kdf kdf = { 0 };
	enum chip_status status;

	if (request->mode & UNUSED_MODE ||
	    ALGORITHM(request->mode) >= KDF_ALGORITHMS ||
	    TARGET(request->mode) >= TARGETS || !take_details(request, &kdf))
		return STATUS_PARSE;
	if (!key_zones_locked(chip) ||
	    io_kdf_protection(chip) == OUTPUT_FORBIDDEN)
		return STATUS_EXECUTION;
	status = derive(chip, request, &kdf, reply);
	explicit_bzero(&kdf, sizeof(kdf));
	return status;
}
