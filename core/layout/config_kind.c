/* SPDX-License-Identifier: Apache-2.0 */
#include "config_kind.h"

#include <stddef.h>
#include <string.h>

#include "slots.h"

enum {
	AT_OTP_MODE = 18,
	AT_CHIP_MODE = 19,
	AT_SLOT_CONFIG = 20,
	AT_VOLATILE_KEY = 69,
	AT_X509_FORMAT = 92,
	AT_KEY_CONFIG = 96,
};

#define OTP_READ_ONLY	  0xaa
#define VOLATILE_IN_SLOT1 0x81

/* The slots that decide the kind. Owners may configure the others. */
#define BIT(slot)	(1u << (slot))
#define NERVESKEY_SLOTS (BIT(0) | BIT(10) | BIT(11) | BIT(12) | BIT(13))
#define VOLATILE_SLOTS	(NERVESKEY_SLOTS | BIT(1) | BIT(2))

struct slot_settings {
	unsigned int slot;
	uint8_t slot_config[2], key_config[2];
};

static const struct slot_settings trust_and_go[] = {
	{ 0, { 0x85, 0x00 }, { 0x53, 0x00 } },
	{ 8, { 0x0f, 0x0f }, { 0x3c, 0x00 } },
	{ 10, { 0x0f, 0x8f }, { 0x1c, 0x00 } },
	{ 11, { 0x0f, 0x8f }, { 0x10, 0x00 } },
	{ 12, { 0x0f, 0x8f }, { 0x1c, 0x00 } },
};

static const struct slot_settings trustflex[] = {
	{ 0, { 0x85, 0x00 }, { 0x53, 0x00 } },
	{ 8, { 0x0f, 0x0f }, { 0x3c, 0x00 } },
	{ 10, { 0x0f, 0x0f }, { 0x3c, 0x00 } },
	{ 11, { 0x0f, 0x0f }, { 0x30, 0x00 } },
	{ 12, { 0x0f, 0x0f }, { 0x3c, 0x00 } },
};

static bool slot_is(const uint8_t *config, unsigned int slot,
		    const uint8_t slot_config[static 2],
		    const uint8_t key_config[static 2])
{
	return memcmp(config + AT_SLOT_CONFIG + 2 * slot, slot_config, 2) ==
		       0 &&
	       memcmp(config + AT_KEY_CONFIG + 2 * slot, key_config, 2) == 0;
}

static bool is_nerveskey(const uint8_t *config)
{
	if (config[AT_CHIP_MODE] != 0)
		return false;
	for (unsigned int i = 0; i < SLOT_COUNT; i++)
		if (NERVESKEY_SLOTS & BIT(i) &&
		    !slot_is(config, i, slot_table[i].slot_config,
			     slot_table[i].key_config))
			return false;
	return true;
}

static bool is_volatile(const uint8_t *config)
{
	if (!config_has_latch(config) || config[AT_CHIP_MODE] != 0 ||
	    config[AT_VOLATILE_KEY] != VOLATILE_IN_SLOT1)
		return false;
	for (unsigned int i = 0; i < SLOT_COUNT; i++)
		if (VOLATILE_SLOTS & BIT(i) &&
		    !slot_is(config, i, slot_table[i].volatile_slot_config,
			     slot_table[i].volatile_key_config))
			return false;
	return true;
}

static bool is_sold_with(const uint8_t *config,
			 const struct slot_settings *slots, size_t count)
{
	if (!config_has_latch(config))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!slot_is(config, slots[i].slot, slots[i].slot_config,
			     slots[i].key_config))
			return false;
	return true;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum config_kind config_kind(const uint8_t config[static CONFIG_SIZE])
{
	if (is_nerveskey(config))
		return CONFIG_NERVESKEY;
	if (is_volatile(config))
		return CONFIG_VOLATILE;
	if (is_sold_with(config, trust_and_go, COUNT(trust_and_go)))
		return CONFIG_TRUST_AND_GO;
	if (is_sold_with(config, trustflex, COUNT(trustflex)))
		return CONFIG_TRUSTFLEX;
	return CONFIG_OTHER;
}

const char *config_kind_name(enum config_kind kind)
{
	static const char *const names[] = {
		[CONFIG_OTHER] = "",
		[CONFIG_NERVESKEY] = "nerveskey",
		[CONFIG_VOLATILE] = "nerveskey-volatile",
		[CONFIG_TRUST_AND_GO] = "trust-and-go",
		[CONFIG_TRUSTFLEX] = "trustflex",
	};

	return names[kind];
}

/* Factory values of a 608B; bytes not listed are zero. */
static const uint8_t factory_608b[CONFIG_SIZE] = {
	[13] = 0x01,	    [14] = 0x55,	/* AES and I2C enabled */
	[52 ... 55] = 0xff, [60 ... 63] = 0xff, /* counters */
	[86] = 0x55,	    [87] = 0x55,	/* open */
	[88] = 0xff,	    [89] = 0xff,
};

/*
 * Bytes that config_make() does not write and that are no part's own, as serial
 * number and address are.
 */
static bool is_factory_byte(unsigned int at)
{
	return (at >= 13 && at <= 15) || at == 17 || (at >= 52 && at <= 68) ||
	       (at >= 70 && at <= 91);
}

static bool is_like_608b(const uint8_t *config)
{
	for (unsigned int i = 0; i < CONFIG_SIZE; i++)
		if (is_factory_byte(i) && config[i] != factory_608b[i])
			return false;
	return true;
}

bool config_may_be_locked(const uint8_t config[static CONFIG_SIZE])
{
	switch (config_part(config)) {
	case ATECC_508A:
	case ATECC_608A:
	case ATECC_608B:
		return true;
	case ATECC_608_NEWER:
		/* A locked part was judged before. */
		return config_is_locked(config) || is_like_608b(config);
	default:
		return false;
	}
}

void config_make(const uint8_t now[static CONFIG_SIZE], enum config_kind kind,
		 uint8_t made[static CONFIG_SIZE])
{
	bool with_latch = kind == CONFIG_VOLATILE;

	memmove(made, now, CONFIG_SIZE);
	made[AT_OTP_MODE] = OTP_READ_ONLY;
	made[AT_CHIP_MODE] = 0;
	/* An interrupted attempt may have written another mode. */
	if (config_has_latch(now))
		made[AT_VOLATILE_KEY] = with_latch ? VOLATILE_IN_SLOT1 : 0;
	memset(made + AT_X509_FORMAT, 0, 4);
	for (unsigned int i = 0; i < SLOT_COUNT; i++) {
		const struct slot *slot = &slot_table[i];

		memcpy(made + AT_SLOT_CONFIG + 2 * i,
		       with_latch ? slot->volatile_slot_config
				  : slot->slot_config,
		       2);
		memcpy(made + AT_KEY_CONFIG + 2 * i,
		       with_latch ? slot->volatile_key_config
				  : slot->key_config,
		       2);
	}
}
