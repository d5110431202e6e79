/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal of an update whose record has no room on the chip: the file
 * STATE_DIR/SERIAL.journal holds the space before and after the update.
 */
#pragma once

#include "settings_store.h"

/*
 * Write the journal and sync it. `now` and `then` are spaces of place->len
 * bytes. -ENOSPC: it cannot be written.
 */
int journal_write(const struct settings_place *place, const uint8_t *now,
		  const uint8_t *then);
/* Sets `now` and `then`, of place->len bytes. -ENOENT: no complete journal. */
int journal_read(const struct settings_place *place, uint8_t *now,
		 uint8_t *then);
/* Remove the journal and sync the directory. Logs a failure. */
void journal_remove(const struct settings_place *place);
