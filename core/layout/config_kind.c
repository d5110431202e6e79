/* SPDX-License-Identifier: Apache-2.0 */
#include "config_kind.h"

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

#define TRUST_SLOTS	(BIT(0) | BIT(8) | BIT(10) | BIT(11) | BIT(12))

static const struct slot_settings trust_and_go[SLOT_COUNT] = {
	[0] = { { 0x85, 0x00 }, { 0x53, 0x00 } },
	[8] = { { 0x0f, 0x0f }, { 0x3c, 0x00 } },
	[10] = { { 0x0f, 0x8f }, { 0x1c, 0x00 } },
	[11] = { { 0x0f, 0x8f }, { 0x10, 0x00 } },
	[12] = { { 0x0f, 0x8f }, { 0x1c, 0x00 } },
};

static const struct slot_settings trustflex[SLOT_COUNT] = {
	[0] = { { 0x85, 0x00 }, { 0x53, 0x00 } },
	[8] = { { 0x0f, 0x0f }, { 0x3c, 0x00 } },
	[10] = { { 0x0f, 0x0f }, { 0x3c, 0x00 } },
	[11] = { { 0x0f, 0x0f }, { 0x30, 0x00 } },
	[12] = { { 0x0f, 0x0f }, { 0x3c, 0x00 } },
};

static const struct slot_settings *settings_of(enum config_kind kind,
					       unsigned int slot)
{
	switch (kind) {
	case CONFIG_TRUST_AND_GO:
		return &trust_and_go[slot];
	case CONFIG_TRUSTFLEX:
		return &trustflex[slot];
	case CONFIG_VOLATILE:
		return &slot_table[slot].on_volatile_part;
	default:
		return &slot_table[slot].regular;
	}
}

static bool is_of_kind(const uint8_t *config, enum config_kind kind)
{
	static const struct {
		unsigned int slots;
		bool is_608, has_chip_mode_0;
	} wanted[] = {
		[CONFIG_NERVESKEY] = { NERVESKEY_SLOTS, false, true },
		[CONFIG_VOLATILE] = { VOLATILE_SLOTS, true, true },
		[CONFIG_TRUST_AND_GO] = { TRUST_SLOTS, true, false },
		[CONFIG_TRUSTFLEX] = { TRUST_SLOTS, true, false },
	};

	if ((wanted[kind].is_608 && !config_has_latch(config)) ||
	    (wanted[kind].has_chip_mode_0 && config[AT_CHIP_MODE] != 0) ||
	    (kind == CONFIG_VOLATILE &&
	     config[AT_VOLATILE_KEY] != VOLATILE_IN_SLOT1))
		return false;
	for (unsigned int i = 0; i < SLOT_COUNT; i++) {
		const struct slot_settings *want = settings_of(kind, i);

		if (wanted[kind].slots & BIT(i) &&
		    (memcmp(config + AT_SLOT_CONFIG + 2 * i, want->slot_config,
			    2) != 0 ||
		     memcmp(config + AT_KEY_CONFIG + 2 * i, want->key_config,
			    2) != 0))
			return false;
	}
	return true;
}

enum config_kind config_kind(const uint8_t config[static CONFIG_SIZE])
{
	for (enum config_kind kind = CONFIG_NERVESKEY; kind <= CONFIG_TRUSTFLEX;
	     kind++)
		if (is_of_kind(config, kind))
			return kind;
	return CONFIG_OTHER;
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
	memmove(made, now, CONFIG_SIZE);
	made[AT_OTP_MODE] = OTP_READ_ONLY;
	made[AT_CHIP_MODE] = 0;
	/* An interrupted attempt may have written another mode. */
	if (config_has_latch(now))
		made[AT_VOLATILE_KEY] =
			kind == CONFIG_VOLATILE ? VOLATILE_IN_SLOT1 : 0;
	memset(made + AT_X509_FORMAT, 0, 4);
	for (unsigned int i = 0; i < SLOT_COUNT; i++) {
		const struct slot_settings *want = settings_of(kind, i);

		memcpy(made + AT_SLOT_CONFIG + 2 * i, want->slot_config, 2);
		memcpy(made + AT_KEY_CONFIG + 2 * i, want->key_config, 2);
	}
}
