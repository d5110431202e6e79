/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The redo record of a map that leaves no room for it on the chip: a file
 * STATE_DIR/SERIAL.journal with the space before and after the update.
 */
#ifndef NK_SETTINGS_JOURNAL_H
#define NK_SETTINGS_JOURNAL_H

#include "settings_store.h"

/* On disk when it returns 0. -ENOSPC with the reason: it cannot be kept. */
int journal_write(const struct settings_place *place, const uint8_t *now,
		  const uint8_t *then);
/* Both are place->len bytes. -ENOENT: there is none, or no whole one. */
int journal_read(const struct settings_place *place, uint8_t *now,
		 uint8_t *then);
/* Gone from the disk when it returns; a failure is logged. */
void journal_remove(const struct settings_place *place);

#endif
