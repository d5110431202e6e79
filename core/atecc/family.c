/* SPDX-License-Identifier: Apache-2.0 */
#include "family.h"

#include <stddef.h>
#include <stdio.h>

enum { DEVICE = 1, FAMILY = 2, REVISION = 3 };
enum { FAMILY_508 = 0x50, FAMILY_608 = 0x60, FAMILY_CA2 = 0x20 };

enum atecc_part family_part(const uint8_t revision[static 4])
{
	if (revision[0] != 0 || revision[DEVICE] != 0)
		return ATECC_UNKNOWN;
	if (revision[FAMILY] == FAMILY_508)
		return ATECC_508A;
	if (revision[FAMILY] != FAMILY_608)
		return ATECC_UNKNOWN;
	if (revision[REVISION] < 3)
		return ATECC_608A;
	return revision[REVISION] == 3 ? ATECC_608B : ATECC_608_NEWER;
}

void family_part_name(const uint8_t revision[static 4],
		      char name[static PART_NAME_SIZE])
{
	static const char *const names[] = {
		[ATECC_508A] = "ATECC508A",
		[ATECC_608A] = "ATECC608A",
		[ATECC_608B] = "ATECC608B",
	};
	enum atecc_part part = family_part(revision);

	if (part == ATECC_608_NEWER)
		snprintf(name, PART_NAME_SIZE, "ATECC608 (revision %02x)",
			 revision[REVISION]);
	else if (part == ATECC_UNKNOWN)
		snprintf(name, PART_NAME_SIZE,
			 "unknown (revision %02x%02x%02x%02x)", revision[0],
			 revision[1], revision[2], revision[3]);
	else
		snprintf(name, PART_NAME_SIZE, "%s", names[part]);
}

const char *family_other_name(const uint8_t revision[static 4])
{
	/* From public sources, such as Microchip's library. */
	static const struct {
		uint8_t family, device; /* 0: any other */
		const char *name;
	} others[] = {
		{ 0x00, 0, "ATSHA204A" },
		{ 0x02, 0, "ATSHA204A" },
		{ 0x40, 0, "ATSHA206A" },
		{ FAMILY_CA2, 0x35, "SHA104" },
		{ FAMILY_CA2, 0x3b, "SHA105" },
		{ FAMILY_CA2, 0x5a, "ECC204" },
		{ FAMILY_CA2, 0x5b, "ECC206" },
		{ FAMILY_CA2, 0x6a, "TA010" },
		{ FAMILY_CA2, 0, "ECC204, TA010 or SHA106" },
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (revision[FAMILY] == others[i].family &&
		    (!others[i].device || revision[DEVICE] == others[i].device))
			return others[i].name;
	return NULL;
}
