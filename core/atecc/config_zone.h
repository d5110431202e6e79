/* SPDX-License-Identifier: Apache-2.0 */
/* The 128 bytes of the configuration zone as fields (data sheet, section 2.2). */
#ifndef NK_CONFIG_ZONE_H
#define NK_CONFIG_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "atecc.h"

#define CONFIG_SIZE	 128
#define CHIP_SERIAL_SIZE 9

/* What a configuration makes of the part. */
enum config_kind {
	CONFIG_OTHER,	     /* factory default, or somebody else's */
	CONFIG_NERVESKEY,    /* NervesKey.Config.configure */
	CONFIG_VOLATILE,     /* NervesKey.Config.configure_volatile */
	CONFIG_TRUST_AND_GO, /* ATECC608B-TNGTLS as Microchip sells it */
};

/* Bytes 0-3 and 8-12. */
void config_serial(const uint8_t config[static CONFIG_SIZE],
		   uint8_t serial[static CHIP_SERIAL_SIZE]);
/* By the revision in bytes 4-7. */
enum atecc_part config_part(const uint8_t config[static CONFIG_SIZE]);
/* The part can have volatile keys: any 608. */
bool config_has_latch(const uint8_t config[static CONFIG_SIZE]);

bool config_is_locked(const uint8_t config[static CONFIG_SIZE]);
bool config_data_is_locked(const uint8_t config[static CONFIG_SIZE]);
bool config_slot_is_locked(const uint8_t config[static CONFIG_SIZE],
			   unsigned int slot);

/*
 * By SlotConfig and KeyConfig of the slots that matter to the kind (as the
 * Elixir library judges: keys and certificates, not the free slots), ChipMode
 * and, for a volatile part, byte 69; whether or not it is locked already.
 */
enum config_kind config_kind(const uint8_t config[static CONFIG_SIZE]);

/*
 * The configuration that a NervesKey gets, from what the part has now: bytes
 * that cannot be written stay (0-15, 84-87), and so do the lock bytes 88-89.
 * `kind` is CONFIG_NERVESKEY or CONFIG_VOLATILE.
 */
void config_make(const uint8_t now[static CONFIG_SIZE], enum config_kind kind,
		 uint8_t made[static CONFIG_SIZE]);

#endif
