/* SPDX-License-Identifier: Apache-2.0 */
/* Settings as they come from the chip, an interrupted update finished. */
#ifndef NK_CHIP_SETTINGS_LOAD_H
#define NK_CHIP_SETTINGS_LOAD_H

struct nerveskey;

/* Read the settings, within a session: -EUCLEAN when they are no map. */
int chip_settings_load(struct nerveskey *key);

#endif
