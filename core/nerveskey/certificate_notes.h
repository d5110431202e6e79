/* SPDX-License-Identifier: Apache-2.0 */
/* Notes about the certificates: whether they verify, and for which programs. */
#pragma once

#include "bytes.h"
#include "key.h"

/*
 * Note whether `issuer` signed the certificate (NULL: the issuer is not known),
 * and whether the Elixir library could rebuild it. Logs a certificate that does
 * not verify; it can be read nevertheless. -ENOMEM.
 */
int certificate_examine(struct nerveskey *key, enum certificate_number number,
			const struct bytes *der, const struct bytes *issuer);
/* The chip is one that has a device and a signer certificate. */
bool certificates_are_expected(const struct nerveskey *key);
/* Examine these two, if they are expected. Needs a session. */
int certificates_note(struct nerveskey *key);
/* Append the lines of status about them to `text`. */
int certificates_text(const struct nerveskey *key, struct bytes *text);
