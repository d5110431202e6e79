/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer: the CA certificate that device certificates are issued under, with
 * its private key, which signing.h holds, or which is behind a PKCS#11 or TPM
 * URL.
 */
#ifndef NK_SIGNER_H
#define NK_SIGNER_H

#include <stdbool.h>
#include <time.h>

#include "bytes.h"
#include "certificate.h"

struct signer;

/* Where a signer comes from. Exactly one of key_pem and key_url, or neither (then it cannot issue). */
struct signer_source {
	const struct bytes *certificate_pem;
	const struct bytes *key_pem;
	const char *key_url;
	const struct bytes *pin; /* for key_url; may be NULL, as the next */
	const char *pin_file;	 /* its first line is the PIN */
	/*
	 * May issue with dates that only format version 1 can say ("extended
	 * dates": from 2032 to 2127). The Elixir library does not read those.
	 */
	bool extended_dates;
};

/* A text that is a key_url, and not a file's name. */
bool signer_key_is_url(const char *text);

/*
 * -EINVAL with the reason: not a CA, not P-256, not compressible, not signed by
 * its own key, a key that is not the certificate's (it is asked for a signature
 * to prove it), a URL that cannot be opened. The PIN is kept, wiped on free,
 * while the key is open.
 */
int signer_open(const struct signer_source *source, struct signer **signer);
void signer_free(struct signer *signer);

const struct bytes *signer_der(const struct signer *signer);
/* What slots 11 and 12 hold of it. */
const uint8_t *signer_public_key(const struct signer *signer); /* 64 bytes */
const uint8_t *signer_compressed(const struct signer *signer); /* 72 bytes */

/*
 * Issue the certificate of a device as the Elixir library does: from `now` cut
 * to the hour, for 31 years. On 29 February it is the most years below that
 * which end on a 29 February, so that the end exists: 28 (24 before 2100).
 *
 * -EINVAL: a clock outside 2000..2031, a serial that is empty, too long, ends
 * in a NUL or is not UTF-8 (others could not load the certificate); -ENOKEY:
 * a signer without key; -EIO: its token refuses; -ERANGE: its key has only
 * short signatures for this certificate, see kind_sign(): one for another key
 * or from another hour on gets others. What is issued has been rebuilt from
 * `compressed` and verified.
 */
int signer_issue(struct signer *signer, const struct certificate_device *device,
		 time_t now, uint8_t compressed[static COMPRESSED_SIZE],
		 struct bytes *der);

/*
 * A sign_digest whose context is a struct signer. -ENOKEY: it has no key; else
 * as signer_issue().
 */
int signer_sign(void *signer, const uint8_t digest[static 32],
		uint8_t signature[static 64]);

/* The longest CN (RFC 5280, ub-common-name), and so the longest code. */
#define SIGNER_CODE_MAX 64

/*
 * Proof of possession, as clouds ask for it when a signer is registered: a
 * certificate whose CN is the cloud's `code`, issued by the signer from `now`
 * cut to the hour for a year, for a key that nobody keeps. Appends PEM.
 * -EINVAL with the reason: a code that is empty, over SIGNER_CODE_MAX bytes, or
 * not of printable ASCII without blanks; else as signer_issue().
 */
int signer_prove(struct signer *signer, const char *code, time_t now,
		 struct bytes *certificate_pem);

/* What a new signer is to be. */
struct signer_terms {
	unsigned int years_valid; /* 1..31; 0: no expiry */
	bool extended_dates;	  /* see above; then up to 127 years */
};

/*
 * A new self-signed signer, from `now` cut to the hour. On 29 February it is
 * valid for the most years, up to those wanted, that end on a 29 February;
 * when fewer than four are wanted there are none, and it begins on 28 February
 * at 23:00 instead.
 *
 * Both out in PEM, the key in SEC1 form. -EINVAL: too many years, or a clock
 * outside 2000..2031 (..2127).
 */
int signer_create(const struct signer_terms *terms, time_t now,
		  struct bytes *certificate_pem, struct bytes *key_pem);

/*
 * A new key and a certificate for it that look like a device's, without a
 * chip: for tests. A random chip serial takes the place of the missing one.
 */
int signer_create_device(struct signer *signer, const uint8_t *serial,
			 size_t serial_len, time_t now,
			 struct bytes *certificate_pem, struct bytes *key_pem);

#endif
