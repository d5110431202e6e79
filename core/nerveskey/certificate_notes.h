/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be said of the certificates: whether they verify, and for whom. */
#ifndef NK_CERTIFICATE_NOTES_H
#define NK_CERTIFICATE_NOTES_H

#include "bytes.h"
#include "key.h"

/*
 * Note whether `issuer` signed the certificate (NULL: nobody here can tell), and
 * whether the Elixir library could rebuild it. One that does not verify is
 * served all the same, and logged. -ENOMEM.
 */
int certificate_examine(struct nerveskey *key, enum certificate_number number,
			const struct bytes *der, const struct bytes *issuer);
/* See to it that the two that every NervesKey has were examined. In a session. */
int certificates_note(struct nerveskey *key);
/* The lines of status about them. */
int certificates_text(const struct nerveskey *key, struct bytes *text);

#endif
