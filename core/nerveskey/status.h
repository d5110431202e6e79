/* SPDX-License-Identifier: Apache-2.0 */
/* `status` and `metrics`. */
#ifndef NK_STATUS_H
#define NK_STATUS_H

#include "snapshot.h"

/* See who is there, and in which state. Its failure is what `status` shows. */
void nerveskey_look(struct nerveskey *key);

/* `metrics`, appended. */
int nerveskey_metrics(const struct nerveskey_counts *counts,
		      struct bytes *text);

/* Text of `status` and `metrics`, after a look at the chip. */
int status_now(struct nerveskey *key, struct bytes *text);
int metrics_now(struct nerveskey *key, struct bytes *text);
/* Ask the chip for what status says beside its zones. In a session. */
int status_note(struct nerveskey *key);
/* All that status says is known. */
bool status_is_known(struct nerveskey *key);
/* `status` from what is known, appended. */
int status_text(struct nerveskey *key, struct bytes *text);
/* The step of a commit that runs; appended. */
int step_text(const struct nerveskey *key, struct bytes *text);

#endif
