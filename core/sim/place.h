/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decodes the addresses of Read and Write (ATECC508A data sheet, section 9.1.4
 * "Address Encoding").
 */
#pragma once

#include "chip.h"

enum zone { ZONE_CONFIG, ZONE_OTP, ZONE_DATA };

/* Mode bits that select the zone and length. */
#define PLACE_ZONE     0x03u
#define PLACE_32_BYTES 0x80u

struct place {
	enum zone zone;
	unsigned int slot;
	size_t offset; /* in the zone or slot */
	size_t len;    /* bytes that the command moves: 4 or 32 */
	size_t room;   /* bytes that exist; fewer in a slot's last block */
	bool at_word;  /* 32 bytes at a word address */
	uint8_t *bytes;
};

/* Sets `place`. false: no such address. */
bool place_find(struct chip *chip, const struct chip_request *request,
		struct place *place);
