/* SPDX-License-Identifier: Apache-2.0 */
/* The 128 bytes of the configuration zone as fields (data sheet, section 2.2). */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "atecc.h"
#include "family.h"
#include "zones.h"

/* Sets `serial` from bytes 0-3 and 8-12 of the zone's first block. */
void config_serial(const uint8_t block[static 32],
		   uint8_t serial[static CHIP_SERIAL_SIZE]);
/* The part, from the revision in bytes 4-7. */
enum atecc_part config_part(const uint8_t config[static CONFIG_SIZE]);
/* Sets `name` as family_part_name() does. */
void config_part_name(const uint8_t config[static CONFIG_SIZE],
		      char name[static PART_NAME_SIZE]);
/* The part has a persistent latch, so it can have volatile keys: any 608. */
bool config_has_latch(const uint8_t config[static CONFIG_SIZE]);

bool config_is_locked(const uint8_t config[static CONFIG_SIZE]);
bool config_data_is_locked(const uint8_t config[static CONFIG_SIZE]);
bool config_slot_is_locked(const uint8_t config[static CONFIG_SIZE],
			   unsigned int slot);
