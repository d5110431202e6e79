/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer: the CA certificate that issues device certificates, and its private
 * key. signing.h holds the key, or it is in a token, by its URL.
 */
#pragma once

#include <stdbool.h>
#include <time.h>

#include "bytes.h"
#include "certificate.h"

struct signer;

/*
 * The source of a signer. At most one of key_pem and key_url is set; with
 * neither, the signer cannot issue.
 */
struct signer_source {
	const struct bytes *certificate_pem;
	const struct bytes *key_pem;
	const char *key_url;
	const struct bytes *pin; /* for key_url; may be NULL, as may pin_file */
	const char *pin_file;	 /* its first line is the PIN */
	/*
	 * Allows dates that need format version 1 ("extended dates": from 2032
	 * to 2127). The Elixir library cannot read those.
	 */
	bool extended_dates;
};

/* Whether a text is a key_url rather than a file's name. */
bool signer_key_is_url(const char *text);

/*
 * Whether a certificate in PEM can be a signer's. -EINVAL with every reason at
 * once, and the command that makes a good one: not a CA, not P-256, not
 * compressible. Only when there is none of these: not signed by its own key.
 */
int signer_check(const struct bytes *certificate_pem);

/*
 * Sets `*signer`. -EINVAL with the reason: signer_check(), a key that does not
 * match the certificate (proved by a signature), or a URL that cannot be
 * opened. The PIN is kept while the key is open and wiped when it is closed.
 */
int signer_open(const struct signer_source *source, struct signer **signer);
void signer_free(struct signer *signer);

const struct bytes *signer_der(const struct signer *signer);
/* The contents of slots 11 and 12. */
const uint8_t *signer_public_key(const struct signer *signer); /* 64 bytes */
const uint8_t *signer_compressed(const struct signer *signer); /* 72 bytes */

/*
 * Issues the certificate of a device as the Elixir library does: from `now`,
 * cut to the hour, for 31 years. From 29 February it is the largest number of
 * years, at most 31, that ends on a 29 February: 28 (24 before 2100).
 *
 * -EINVAL: a clock outside 2000..2031, or a serial that is empty, too long,
 * ends in NUL or is not UTF-8 (others could not load the certificate). -ENOKEY:
 * the signer has no key. -EIO: its token refuses. -ERANGE: its key gives only
 * short signatures for this certificate (see kind_sign()); another device key
 * or a later hour gives others. The certificate is rebuilt from `compressed`
 * and verified before this returns.
 */
int signer_issue(struct signer *signer, const struct certificate_device *device,
		 time_t now, uint8_t compressed[static COMPRESSED_SIZE],
		 struct bytes *der);

/* A sign_digest whose context is a struct signer. Errors as signer_issue(). */
int signer_sign(void *signer, const uint8_t digest[static 32],
		uint8_t signature[static 64]);

/* The longest CN (RFC 5280, ub-common-name), and so the longest code. Bytes. */
#define SIGNER_CODE_MAX 64

/*
 * Appends, in PEM, the proof of possession that clouds ask for when a signer is
 * registered. It is a certificate with the cloud's `code` as CN, which the
 * signer issues from `now`, cut to the hour, for one year. Its key is
 * discarded. -EINVAL with the reason: a code that is empty, longer than
 * SIGNER_CODE_MAX, or has other than printable ASCII characters or blanks.
 * Other errors as signer_issue().
 */
int signer_prove(struct signer *signer, const char *code, time_t now,
		 struct bytes *certificate_pem);

/* The terms of a new signer. */
struct signer_terms {
	unsigned int years_valid; /* 1..31; 0: no expiry */
	bool extended_dates;	  /* see above; allows up to 127 years */
};

/*
 * Makes a new self-signed signer, valid from `now` cut to the hour. From 29
 * February it is valid for the largest number of years, at most those wanted,
 * that ends on a 29 February. When fewer than four are wanted, no such number
 * exists, and it starts on 28 February at 23:00 instead.
 *
 * Sets the certificate and the key (SEC1) in PEM. -EINVAL: too many years, or a
 * clock outside 2000..2031 (..2127).
 */
int signer_create(const struct signer_terms *terms, time_t now,
		  struct bytes *certificate_pem, struct bytes *key_pem);

/*
 * Makes a key and a device certificate without a chip, for tests. A random
 * number replaces the chip serial.
 */
int signer_create_device(struct signer *signer, const char *serial, time_t now,
			 struct bytes *certificate_pem, struct bytes *key_pem);
