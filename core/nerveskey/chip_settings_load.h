/* SPDX-License-Identifier: Apache-2.0 */
/* Settings as they come from the chip, an interrupted update finished. */
#ifndef NK_CHIP_SETTINGS_LOAD_H
#define NK_CHIP_SETTINGS_LOAD_H

#include <stdbool.h>

struct nerveskey;

/* They were not read since the zones were, and the chip has some. */
bool chip_settings_are_lacking(const struct nerveskey *key);
/*
 * Read them if they are lacking, within a session; 0 also when they are no map,
 * which is for whoever asks for one.
 */
int chip_settings_make_known(struct nerveskey *key);

#endif
