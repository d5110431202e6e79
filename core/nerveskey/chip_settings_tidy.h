/* SPDX-License-Identifier: Apache-2.0 */
/* What updates of settings leave behind. */
#ifndef NK_CHIP_SETTINGS_TIDY_H
#define NK_CHIP_SETTINGS_TIDY_H

struct nerveskey;

/*
 * When nobody waits for the chip, and before it is closed: wipe what updates
 * have left behind the map. Does nothing when there is nothing to wipe.
 */
int nerveskey_settings_tidy(struct nerveskey *key);

#endif
