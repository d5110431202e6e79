/* SPDX-License-Identifier: Apache-2.0 */
/* `status` and `metrics`. */
#pragma once

#include "snapshot.h"

/* Read which chip answers, and its state. `status` shows a failure of that. */
void nerveskey_look(struct nerveskey *key);

/* Appends `metrics` to `text`. */
int nerveskey_metrics(const struct nerveskey_counts *counts,
		      struct bytes *text);

/* Look at the chip, then append `status` or `metrics` to `text`. */
int status_now(struct nerveskey *key, struct bytes *text);
int metrics_now(struct nerveskey *key, struct bytes *text);
/* Load what status shows and the zones do not have. Needs a session. */
int status_note(struct nerveskey *key);
/* All that status shows is known. */
bool status_is_known(struct nerveskey *key);
/* Appends `status` to `text`, from what is known. */
int status_text(struct nerveskey *key, struct bytes *text);
/* Appends the step of a running commit to `text`. */
int step_text(const struct nerveskey *key, struct bytes *text);
