/* SPDX-License-Identifier: Apache-2.0 */
/* Load the settings from the chip, and finish an interrupted update. */
#pragma once

#include <stdbool.h>

struct nerveskey;

/* The chip has settings that were not read since its zones were. */
bool chip_settings_are_lacking(const struct nerveskey *key);
/*
 * Read them if they are lacking. Needs a session. 0 also if they are not a map:
 * nerveskey_settings() then returns -EUCLEAN.
 */
int chip_settings_make_known(struct nerveskey *key);
