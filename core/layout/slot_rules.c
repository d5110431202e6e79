/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_rules.h"

#include <errno.h>
#include <stddef.h>

#include "config_zone.h"
#include "error.h"

enum {
	AT_SLOT_CONFIG = 20,
	AT_USE_LOCK = 68,
	AT_ECDH_PROTECTION = 91,
	AT_KEY_CONFIG = 96,
};

/* Bits of SlotConfig; the first three are those of a private key's ReadKey. */
#define SIGNS_DIGESTS  0x0001u
#define AGREES	       0x0004u
#define INTO_NEXT_SLOT 0x0008u
#define LIMITED_USE    0x0020u
#define ENCRYPTED_READ 0x0040u
#define SECRET	       0x0080u

/* Bits of KeyConfig. */
#define PRIVATE	       0x0001u
#define PUBLIC_INFO    0x0002u
#define KEY_TYPE       0x001cu
#define KEY_TYPE_P256  0x0010u
#define NEEDS_AUTH     0x0080u
#define NEEDS_LATCH    0x1000u

#define USE_LOCK_MASK  0x0f
#define USE_LOCK_ON    0x0a
#define ECDH_PROTECTED 0x03

/* One slot of a configuration. */
struct fields {
	unsigned int slot_config, key_config;
	bool is_608;
	uint8_t use_lock, ecdh_protection;
};

static unsigned int two_bytes(const uint8_t *bytes)
{
	return bytes[0] | (unsigned int)bytes[1] << 8;
}

static struct fields fields_of(const uint8_t *config, unsigned int slot)
{
	return (struct fields){
		.slot_config = two_bytes(config + AT_SLOT_CONFIG + 2 * slot),
		.key_config = two_bytes(config + AT_KEY_CONFIG + 2 * slot),
		.is_608 = config_part(config) != ATECC_508A,
		.use_lock = config[AT_USE_LOCK],
		.ecdh_protection = config[AT_ECDH_PROTECTION],
	};
}

static bool is_not_private(const struct fields *slot)
{
	return !(slot->key_config & PRIVATE);
}

static bool is_not_p256(const struct fields *slot)
{
	return (slot->key_config & KEY_TYPE) != KEY_TYPE_P256;
}

static bool needs_auth(const struct fields *slot)
{
	return slot->key_config & NEEDS_AUTH;
}

static bool needs_latch(const struct fields *slot)
{
	return slot->key_config & NEEDS_LATCH;
}

/* An Arduino's 608 has ff there, which is not "on". */
static bool is_use_locked(const struct fields *slot)
{
	return slot->is_608 && (slot->use_lock & USE_LOCK_MASK) == USE_LOCK_ON;
}

static bool hides_public_key(const struct fields *slot)
{
	return !(slot->key_config & PUBLIC_INFO);
}

static bool signs_no_digest(const struct fields *slot)
{
	return !(slot->slot_config & SIGNS_DIGESTS);
}

static bool agrees_on_nothing(const struct fields *slot)
{
	return !(slot->slot_config & AGREES);
}

static bool keeps_secret_inside(const struct fields *slot)
{
	return slot->slot_config & INTO_NEXT_SLOT;
}

static bool protects_secret(const struct fields *slot)
{
	return slot->is_608 && slot->ecdh_protection & ECDH_PROTECTED;
}

static bool is_counted(const struct fields *slot)
{
	return slot->slot_config & LIMITED_USE;
}

#define SIGN	   (1u << SLOT_SIGN)
#define ECDH	   (1u << SLOT_ECDH)
#define PUBLIC_KEY (1u << SLOT_PUBLIC_KEY)
#define ANY	   (SIGN | ECDH | PUBLIC_KEY)

static const char limited_use[] = "LimitedUse";

/* The first that applies counts. A sentence's argument is the slot. */
static const struct rule {
	bool (*applies)(const struct fields *slot);
	unsigned int uses; /* that it forbids */
	const char *name, *sentence;
} rules[] = {
	{ is_not_private, ANY, "Private",
	  "Private of slot %u is 0: it holds no private key" },
	{ is_not_p256, ANY, "KeyType",
	  "KeyType of slot %u is not that of P-256: no other curve is known "
	  "here" },
	{ needs_auth, ANY, "ReqAuth",
	  "ReqAuth of slot %u is set: its key works only after a proof with "
	  "another key, which cannot be given here" },
	{ is_use_locked, ANY, "UseLock",
	  "UseLock is set: slot %u, as every other, works only after it was "
	  "opened with another key, which cannot be done here" },
	{ needs_latch, SIGN | ECDH, "PersistentDisable",
	  "PersistentDisable of slot %u is set: its key works only while a "
	  "latch is set, which cannot be done here" },
	{ hides_public_key, PUBLIC_KEY, "PubInfo",
	  "PubInfo of slot %u is 0: the chip does not tell its public key" },
	{ signs_no_digest, SIGN, "ReadKey",
	  "ReadKey of slot %u has bit 0 clear: its key does not sign digests "
	  "that come from outside" },
	{ agrees_on_nothing, ECDH, "ReadKey",
	  "ReadKey of slot %u has bit 2 clear: its key is not for ECDH" },
	{ keeps_secret_inside, ECDH, "ReadKey",
	  "ReadKey of slot %u has bit 3 set: the chip would write the secret "
	  "of an ECDH into the next slot, where nobody could read it" },
	{ protects_secret, ECDH, "ECDHProt",
	  "ECDHProt is set, also for slot %u: the chip does not give out the "
	  "secret of an ECDH in the clear" },
	{ is_counted, ANY, limited_use,
	  "LimitedUse of slot %u is set: each use of its key would spend one "
	  "of few" },
};

static const struct rule *find_rule(const uint8_t *config, unsigned int slot,
				    enum slot_use use)
{
	const struct fields fields = fields_of(config, slot);

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rules[i].uses & 1u << use && rules[i].applies(&fields))
			return &rules[i];
	return NULL;
}

const char *slot_rule_against(const uint8_t config[static CONFIG_SIZE],
			      unsigned int slot, enum slot_use use)
{
	const struct rule *rule = find_rule(config, slot, use);

	return rule ? rule->name : NULL;
}

int slot_permits(const uint8_t config[static CONFIG_SIZE], unsigned int slot,
		 enum slot_use use)
{
	const struct rule *rule = find_rule(config, slot, use);

	return rule ? fail_because(EKEYREVOKED, rule->sentence, slot) : 0;
}

uint16_t slot_keys(const uint8_t config[static CONFIG_SIZE])
{
	unsigned int keys = 0;
	const char *rule;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		rule = slot_rule_against(config, slot, SLOT_SIGN);
		if (!rule || rule == limited_use)
			keys |= 1u << slot;
	}
	return (uint16_t)keys;
}

uint16_t slots_readable(const uint8_t config[static CONFIG_SIZE])
{
	unsigned int slots = 0;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		const struct fields fields = fields_of(config, slot);

		if (is_not_private(&fields) &&
		    !(fields.slot_config & (SECRET | ENCRYPTED_READ)))
			slots |= 1u << slot;
	}
	return (uint16_t)slots;
}
