/* SPDX-License-Identifier: Apache-2.0 */
/* Parts and their names, by the four bytes of the revision. */
#pragma once

#include <stdint.h>

#include "atecc.h"

#define PART_NAME_SIZE 40

/* `revision` is the answer of Info, or bytes 4 to 7 of the configuration. */
enum atecc_part family_part(const uint8_t revision[static 4]);

/*
 * Sets `name`, e.g. to "ATECC608B", "ATECC608 (revision 04)" or "unknown
 * (revision 00006100)".
 */
void family_part_name(const uint8_t revision[static 4],
		      char name[static PART_NAME_SIZE]);

/*
 * The name of a part that wakes like an ATECC but has other commands or another
 * memory; NULL for all other revisions.
 */
const char *family_other_name(const uint8_t revision[static 4]);
