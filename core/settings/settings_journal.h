/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal of an update whose record has no room on the chip: the file
 * STATE_DIR/SERIAL.journal holds the space before and after it, `now` and `then`.
 */
#pragma once

#include "settings_store.h"

/* Writes the journal and syncs it. -ENOSPC: it cannot be written. */
int journal_write(const struct settings_place *place, const uint8_t *now,
		  const uint8_t *then);
/* Sets `now` and `then`. False: there is no complete journal. */
bool journal_read(const struct settings_place *place, uint8_t *now,
		  uint8_t *then);
/* Removes the journal and syncs the directory. Logs a failure. */
void journal_remove(const struct settings_place *place);
