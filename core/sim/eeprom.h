/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The contents of the EEPROM, and the configuration bits that control access
 * (ATECC508A data sheet, section 2 "EEPROM Memory and Data Access Policies").
 * Bytes that differ on the ATECC608 are marked.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EEPROM_CONFIG_SIZE 128
#define EEPROM_OTP_SIZE	   64
#define EEPROM_SLOTS	   16
#define EEPROM_DATA_SIZE   (8 * 36 + 416 + 7 * 72)

enum eeprom_config_byte {
	CONFIG_REVISION = 4,
	CONFIG_AES_ENABLE = 13, /* 608 */
	CONFIG_I2C_ADDRESS = 16,
	CONFIG_CHECKMAC = 17,
	CONFIG_OTP_MODE = 18,	 /* 508A */
	CONFIG_COUNT_MATCH = 18, /* 608 */
	CONFIG_CHIP_MODE = 19,
	CONFIG_SLOT_CONFIG = 20,
	CONFIG_COUNTER = 52,
	CONFIG_LAST_KEY_USE = 68, /* 508A */
	CONFIG_USE_LOCK = 68,	  /* 608 */
	CONFIG_VOLATILE_KEY = 69, /* 608 */
	CONFIG_SECURE_BOOT = 70,  /* 608 */
	CONFIG_KDF_IV = 72,	  /* 608: place, then two bytes */
	CONFIG_USER_EXTRA = 84,
	CONFIG_SELECTOR = 85,
	CONFIG_LOCK_VALUE = 86,
	CONFIG_LOCK_CONFIG = 87,
	CONFIG_SLOT_LOCKED = 88,
	CONFIG_CHIP_OPTIONS = 90, /* 608 */
	CONFIG_KEY_CONFIG = 96,
};

enum sim_part { PART_508A, PART_608A, PART_608B };

struct eeprom {
	uint8_t config[EEPROM_CONFIG_SIZE];
	uint8_t otp[EEPROM_OTP_SIZE];
	uint8_t data[EEPROM_DATA_SIZE]; /* the slots, end to end */
	/* P-256 scalars. The data of a slot with a scalar is never shown. */
	uint8_t key[EEPROM_SLOTS][32];
	bool has_key[EEPROM_SLOTS];
	/*
	 * The point (X then Y) that GenKey returns instead of the scalar's own.
	 */
	uint8_t other_public[EEPROM_SLOTS][64];
	bool has_other_public[EEPROM_SLOTS];
};

/* SlotConfig and KeyConfig of one slot. */
struct slot_rules {
	unsigned int read_key, write_key, write_config, key_type, auth_key;
	bool no_mac, limited_use, encrypt_read, secret;
	bool private_key, public_info, lockable, need_random, need_auth;
	bool need_latch;
};

#define KEY_TYPE_P256 4u
#define KEY_TYPE_AES  6u

/* The first four bits of a slot with a public key. */
#define KEY_VALIDATED	5u
#define KEY_INVALIDATED 10u

size_t eeprom_slot_size(unsigned int slot);
/* Returns the first byte of `slot`. */
uint8_t *eeprom_slot(struct eeprom *eeprom, unsigned int slot);

bool eeprom_config_locked(const struct eeprom *eeprom);
bool eeprom_data_locked(const struct eeprom *eeprom);
bool eeprom_slot_locked(const struct eeprom *eeprom, unsigned int slot);
struct slot_rules eeprom_slot_rules(const struct eeprom *eeprom,
				    unsigned int slot);

/* Sets the 9-byte chip serial number: bytes 0-3 and 8-12. */
void eeprom_serial(const struct eeprom *eeprom, uint8_t serial[static 9]);
