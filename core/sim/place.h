/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where Read and Write point (ATECC508A data sheet, section 9.1.4 "Address
 * Encoding").
 */
#ifndef NK_SIM_PLACE_H
#define NK_SIM_PLACE_H

#include "chip.h"

enum zone { ZONE_CONFIG, ZONE_OTP, ZONE_DATA };

/* Bits of the mode that say where. */
#define PLACE_ZONE     0x03u
#define PLACE_32_BYTES 0x80u

struct place {
	enum zone zone;
	unsigned int slot;
	size_t offset; /* in the zone, or in the slot */
	size_t len;    /* what the command moves: 4 or 32 bytes */
	size_t room;   /* those that exist; fewer in a slot's last block */
	bool at_word;  /* 32 bytes, but the address has a word in it */
	uint8_t *bytes;
};

/* Sets `place`. false: no such address. */
bool place_find(struct chip *chip, const struct chip_request *request,
		struct place *place);

#endif
