/* SPDX-License-Identifier: Apache-2.0 */
/* Clean up after updates of the settings. */
#ifndef NK_CHIP_SETTINGS_TIDY_H
#define NK_CHIP_SETTINGS_TIDY_H

struct nerveskey;

/*
 * Wipe what updates have left behind the map, if anything. Call it when no
 * request waits for the chip, and before it is closed.
 */
int nerveskey_settings_tidy(struct nerveskey *key);

#endif
