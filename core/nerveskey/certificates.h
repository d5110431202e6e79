/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of the chip. A note is made of each when it is loaded: whether it
 * verifies, and whether the Elixir library could rebuild it. One that does not
 * verify is logged, and can be read nevertheless.
 */
#pragma once

#include "items.h"

/* Appends the certificate of `item` as PEM to `out`. Needs a session. */
int certificate_load(struct nerveskey *key, enum nerveskey_item item,
		     struct bytes *out);
/* The same for NERVESKEY_CHAIN and NERVESKEY_AUX_CHAIN. */
int chain_load(struct nerveskey *key, enum nerveskey_item item,
	       struct bytes *out);

/* The chip is one that has a device and a signer certificate. */
bool certificates_are_expected(const struct nerveskey *key);
/* Have notes about these two, if they are expected. Needs a session. */
int certificates_note(struct nerveskey *key);
/* Append the lines of status about all of them to `text`. */
void certificates_text(const struct nerveskey *key, struct bytes *text);
