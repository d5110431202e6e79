/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer: the CA certificate that device certificates are issued under, with
 * its private key in memory (wiped on free) or behind a PKCS#11 or TPM URL.
 */
#ifndef NK_SIGNER_H
#define NK_SIGNER_H

#include <time.h>

#include "bytes.h"
#include "certificate.h"

struct signer;

/* Where a signer comes from. Exactly one of key_pem and key_url, or neither (then it cannot issue). */
struct signer_source {
	const struct bytes *certificate_pem;
	const struct bytes *key_pem;
	const char *key_url;
	const char *pin_file; /* for key_url; may be NULL */
};

/*
 * -EINVAL with the reason: not a CA, not P-256, not compressible, a key that
 * is not the certificate's, a URL that cannot be opened.
 */
int signer_open(const struct signer_source *source, struct signer **signer);
void signer_free(struct signer *signer);

const struct bytes *signer_der(const struct signer *signer);
/* What slots 11 and 12 hold of it. */
const uint8_t *signer_public_key(const struct signer *signer); /* 64 bytes */
const uint8_t *signer_compressed(const struct signer *signer); /* 72 bytes */

/*
 * Issue the certificate of a device as the Elixir library does: from `now` cut
 * to the hour, for 31 years (28 when `now` is a 29 February, so that the end
 * exists). -EINVAL: a clock outside 2000..2031, -EPERM: a signer without key.
 * What is issued has been rebuilt from `compressed` and verified.
 */
int signer_issue(struct signer *signer, const struct certificate_device *device,
		 time_t now, uint8_t compressed[static COMPRESSED_SIZE],
		 struct bytes *der);

/*
 * A new self-signed signer, years_valid 1..31, or 0 for no expiry.
 * Both out in PEM, the key in SEC1 form.
 */
int signer_create(unsigned int years_valid, time_t now,
		  struct bytes *certificate_pem, struct bytes *key_pem);

#endif
