/* SPDX-License-Identifier: Apache-2.0 */
#include "slot_rules.h"

#include <stddef.h>

#include "config_zone.h"

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
#define WRITE_CONFIG   0xf000u

/* Bits of KeyConfig. */
#define PRIVATE	      0x0001u
#define PUBLIC_INFO   0x0002u
#define KEY_TYPE      0x001cu
#define KEY_TYPE_P256 0x0010u
#define NEEDS_AUTH    0x0080u
#define NEEDS_LATCH   0x1000u

/* Bits of bytes that a 608 has for all slots. */
#define USE_LOCK       0x0fu
#define USE_LOCK_ON    0x0au
#define ECDH_PROTECTED 0x03u

enum field { SLOT_CONFIG, KEY_CONFIG, CHIP_USE_LOCK, CHIP_ECDH, FIELD_COUNT };

#define SIGN	     (1u << SLOT_SIGN)
#define ECDH	     (1u << SLOT_ECDH)
#define PUBLIC_KEY   (1u << SLOT_PUBLIC_KEY)
#define ANY	     (SIGN | ECDH | PUBLIC_KEY)

#define SET(bit)     bit, bit, true
#define CLEAR(bit)   bit, 0, true
#define IS(mask, x)  mask, x, true
#define NOT(mask, x) mask, x, false

static const char limited_use[] = "LimitedUse";

/*
 * A rule applies when the bits of `mask` have `value`, or, unless `equal`, have
 * another. The first that applies counts. A sentence's argument is the slot.
 */
/* clang-format off */
static const struct rule {
	unsigned int uses; /* that it forbids */
	enum field field;
	unsigned int mask, value;
	bool equal;
	struct slot_rule rule;
} rules[] = {
	{ ANY, KEY_CONFIG, CLEAR(PRIVATE), { "Private",
	    "Private of slot %u is 0: it holds no private key" } },
	{ ANY, KEY_CONFIG, NOT(KEY_TYPE, KEY_TYPE_P256), { "KeyType",
	    "KeyType of slot %u is not that of P-256: no other curve is "
	    "known here" } },
	{ ANY, KEY_CONFIG, SET(NEEDS_AUTH), { "ReqAuth",
	    "ReqAuth of slot %u is set: its key works only after a proof "
	    "with another key, which cannot be given here" } },
	/* An Arduino's 608 has ff there, which is not "on". */
	{ ANY, CHIP_USE_LOCK, IS(USE_LOCK, USE_LOCK_ON), { "UseLock",
	    "UseLock is set: slot %u, as every other, works only after it "
	    "was opened with another key, which cannot be done here" } },
	{ SIGN | ECDH, KEY_CONFIG, SET(NEEDS_LATCH), { "PersistentDisable",
	    "PersistentDisable of slot %u is set: its key works only "
	    "while a latch is set, which cannot be done here" } },
	{ PUBLIC_KEY, KEY_CONFIG, CLEAR(PUBLIC_INFO), { "PubInfo",
	    "PubInfo of slot %u is 0: the chip does not tell its public "
	    "key" } },
	{ SIGN, SLOT_CONFIG, CLEAR(SIGNS_DIGESTS), { "ReadKey",
	    "ReadKey of slot %u has bit 0 clear: its key does not sign "
	    "digests that come from outside" } },
	{ ECDH, SLOT_CONFIG, CLEAR(AGREES), { "ReadKey",
	    "ReadKey of slot %u has bit 2 clear: its key is not for ECDH" } },
	{ ECDH, SLOT_CONFIG, SET(INTO_NEXT_SLOT), { "ReadKey",
	    "ReadKey of slot %u has bit 3 set: the chip would write the "
	    "secret of an ECDH into the next slot, where nobody could "
	    "read it" } },
	{ ECDH, CHIP_ECDH, NOT(ECDH_PROTECTED, 0), { "ECDHProt",
	    "ECDHProt is set, also for slot %u: the chip does not give "
	    "out the secret of an ECDH in the clear" } },
	{ ANY, SLOT_CONFIG, SET(LIMITED_USE), { limited_use,
	    "LimitedUse of slot %u is set: each use of its key would "
	    "spend one of few" } },
};
/* clang-format on */

static void read_fields(const uint8_t *config, unsigned int slot,
			unsigned int fields[static FIELD_COUNT])
{
	const uint8_t *slot_config = config + AT_SLOT_CONFIG + 2 * slot;
	const uint8_t *key_config = config + AT_KEY_CONFIG + 2 * slot;
	bool is_608 = config_part(config) != ATECC_508A;

	fields[SLOT_CONFIG] = slot_config[0] | (unsigned int)slot_config[1]
						       << 8;
	fields[KEY_CONFIG] = key_config[0] | (unsigned int)key_config[1] << 8;
	/* These bytes are something else on a 508A. */
	fields[CHIP_USE_LOCK] = is_608 ? config[AT_USE_LOCK] : 0;
	fields[CHIP_ECDH] = is_608 ? config[AT_ECDH_PROTECTION] : 0;
}

const struct slot_rule *
slot_rule_against(const uint8_t config[static CONFIG_SIZE], unsigned int slot,
		  enum slot_use use)
{
	unsigned int fields[FIELD_COUNT];

	read_fields(config, slot, fields);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		const struct rule *rule = &rules[i];
		bool equal = (fields[rule->field] & rule->mask) == rule->value;

		if (rule->uses & 1u << use && equal == rule->equal)
			return &rule->rule;
	}
	return NULL;
}

uint16_t slot_keys(const uint8_t config[static CONFIG_SIZE])
{
	unsigned int keys = 0;
	const struct slot_rule *rule;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		rule = slot_rule_against(config, slot, SLOT_SIGN);
		if (!rule || rule->name == limited_use)
			keys |= 1u << slot;
	}
	return (uint16_t)keys;
}

bool slot_is_writable(const uint8_t config[static CONFIG_SIZE],
		      unsigned int slot)
{
	unsigned int fields[FIELD_COUNT];

	read_fields(config, slot, fields);
	return (fields[SLOT_CONFIG] & WRITE_CONFIG) == 0 &&
	       !config_slot_is_locked(config, slot);
}

uint16_t slots_readable(const uint8_t config[static CONFIG_SIZE])
{
	unsigned int slots = 0;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		unsigned int fields[FIELD_COUNT];

		read_fields(config, slot, fields);
		if (!(fields[KEY_CONFIG] & PRIVATE) &&
		    !(fields[SLOT_CONFIG] & (SECRET | ENCRYPTED_READ)))
			slots |= 1u << slot;
	}
	return (uint16_t)slots;
}
