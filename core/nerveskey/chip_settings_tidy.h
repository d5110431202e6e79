/* SPDX-License-Identifier: Apache-2.0 */
/* Clean up after updates of the settings. */
#pragma once

struct nerveskey;

/*
 * Wipe what updates have left behind the map, if anything. Call it when no
 * request waits for the chip, and before it is closed.
 */
int nerveskey_settings_tidy(struct nerveskey *key);
