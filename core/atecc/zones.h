/* SPDX-License-Identifier: Apache-2.0 */
/* The sizes of the three zones and of the sixteen slots of the data zone. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CONFIG_SIZE	 128
#define OTP_SIZE	 64
#define CHIP_SERIAL_SIZE 9
#define SLOT_COUNT	 16
#define SLOT_SIZE_MAX	 416

/* Bytes of a slot: 36, 416 (slot 8) or 72 (slots 9 to 15). */
static inline size_t slot_size(unsigned int slot)
{
	if (slot == 8)
		return SLOT_SIZE_MAX;
	return slot < 8 ? 36 : 72;
}

/* The word address of `word` (4 bytes) in `block` (32 bytes) of a slot. */
static inline uint16_t slot_address(unsigned int slot, unsigned int block,
				    unsigned int word)
{
	return (uint16_t)(slot << 3 | block << 8 | word);
}
