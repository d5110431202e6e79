/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of `status` and `metrics`, from what is known. */
#pragma once

#include "snapshot.h"

/* Appends `status` to `text`. */
int status_text(struct nerveskey *key, struct bytes *text);
/* Appends `metrics` to `text`. */
int nerveskey_metrics(const struct nerveskey_counts *counts,
		      struct bytes *text);
