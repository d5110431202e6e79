/* SPDX-License-Identifier: Apache-2.0 */
/* ECDH (ATECC508A data sheet, section 9.4; modes of the 608). */
#include <string.h>

#include "commands.h"
#include "io_protection.h"
#include "key_rules.h"
#include "p256.h"
#include "temp_key.h"

#define MODE_FROM_TEMP 0x01u /* uses the key in TempKey */
#define MODE_ENCRYPTED 0x02u
#define MODE_TARGET    0x0cu

/* Bits of a private key's ReadKey. */
#define ALLOW_ECDH	    4u
#define ECDH_INTO_NEXT_SLOT 8u

enum ecdh_target {
	TARGET_COMPATIBLE = 0x00, /* output as ReadKey says */
	TARGET_SLOT = 0x04,
	TARGET_TEMP_KEY = 0x08,
	TARGET_OUTPUT = 0x0c,
};

/*
 * The 508A has only mode 0. Only output to the host can be encrypted. A key in
 * TempKey has no slot next to it for the output.
 */
static bool is_mode(const struct chip *chip, unsigned int mode)
{
	unsigned int target = mode & MODE_TARGET;

	if (chip->part == PART_508A)
		return mode == 0;
	if (mode & ~(MODE_FROM_TEMP | MODE_ENCRYPTED | MODE_TARGET) ||
	    (mode & MODE_ENCRYPTED && target != TARGET_OUTPUT))
		return false;
	return !(mode & MODE_FROM_TEMP) || target == TARGET_TEMP_KEY ||
	       target == TARGET_OUTPUT;
}

/* Returns the private key, or NULL: refused. */
static const uint8_t *find_key(struct chip *chip,
			       const struct chip_request *request,
			       struct slot_rules *rules)
{
	const struct chip_sram *sram = &chip->sram;
	unsigned int slot = request->param2;

	*rules = (struct slot_rules){ 0 };
	if (request->mode & MODE_FROM_TEMP)
		return sram->temp_key.len && sram->holds_private
			       ? sram->temp_key.value
			       : NULL;
	*rules = eeprom_slot_rules(&chip->eeprom, slot);
	return key_is_ready(chip, slot, rules, ALLOW_ECDH)
		       ? chip->eeprom.key[slot]
		       : NULL;
}

static enum chip_status store_beside(struct chip *chip, unsigned int slot,
				     const uint8_t secret[static 32])
{
	unsigned int target = slot | 1;

	if (target == slot || !key_can_store(chip, target, 32))
		return STATUS_EXECUTION;
	key_store(chip, target, secret, 32);
	return STATUS_OK;
}

static enum chip_status answer(struct chip *chip, bool encrypted,
			       const uint8_t secret[static 32],
			       struct chip_reply *reply)
{
	enum output_protection protection = io_ecdh_protection(chip);

	if (protection >= OUTPUT_NONE ||
	    (protection == OUTPUT_ENCRYPTED && !encrypted))
		return STATUS_EXECUTION;
	return encrypted ? io_answer_encrypted(chip, secret, 32, reply)
			 : chip_answer(reply, secret, 32);
}

/* When ReadKey sends the secret to a slot, it cannot be output. */
static enum chip_status deliver(struct chip *chip,
				const struct chip_request *request,
				const struct slot_rules *rules,
				const uint8_t secret[static 32],
				struct chip_reply *reply)
{
	unsigned int target = request->mode & MODE_TARGET;
	bool beside = rules->read_key & ECDH_INTO_NEXT_SLOT;

	if (io_ecdh_protection(chip) == OUTPUT_FORBIDDEN)
		return STATUS_EXECUTION;
	if (target == TARGET_TEMP_KEY) {
		temp_key_set(&chip->sram, secret, 32);
		return STATUS_OK;
	}
	temp_key_forget(&chip->sram);
	if (target == TARGET_SLOT || (target == TARGET_COMPATIBLE && beside))
		return store_beside(chip, request->param2, secret);
	if (beside)
		return STATUS_EXECUTION;
	return answer(chip, request->mode & MODE_ENCRYPTED, secret, reply);
}

enum chip_status command_ecdh(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	struct slot_rules rules;
	enum chip_status status;
	const uint8_t *key;
	uint8_t secret[32];

	if (!is_mode(chip, request->mode) || request->param2 >= EEPROM_SLOTS ||
	    request->len != 64 || !sim_p256_is_point(request->data))
		return STATUS_PARSE;
	if (!key_zones_locked(chip))
		return STATUS_EXECUTION;
	key = find_key(chip, request, &rules);
	if (!key)
		return STATUS_EXECUTION;
	if (!sim_p256_ecdh(key, request->data, secret))
		return STATUS_ECC_FAULT;
	status = deliver(chip, request, &rules, secret, reply);
	explicit_bzero(secret, sizeof(secret));
	return status;
}
