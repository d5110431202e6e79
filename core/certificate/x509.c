/* SPDX-License-Identifier: Apache-2.0 */
#include "x509.h"

#include <errno.h>

#include "certificate.h"
#include "error.h"

static const uint8_t ecdsa_sha256[] = { 0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86,
					0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };

static int split_tbs(struct der_view tbs, struct x509 *parts)
{
	struct der_view in, version, algorithm;

	if (der_read(&tbs, DER_SEQUENCE, &in) < 0 ||
	    der_read(&in, DER_CONTEXT(0), &version) < 0 ||
	    !der_is(&version, "\x02\x01\x02", 3) ||
	    der_read_whole(&in, &parts->serial) < 0 ||
	    der_read_whole(&in, &algorithm) < 0 ||
	    !der_equal(&algorithm, &parts->algorithm) ||
	    der_read_whole(&in, &parts->issuer) < 0 ||
	    der_read_whole(&in, &parts->validity) < 0 ||
	    der_read_whole(&in, &parts->subject) < 0 ||
	    der_read_whole(&in, &parts->public_key) < 0)
		return -EINVAL;
	parts->rest = in;
	return 0;
}

int x509_split(const struct bytes *der, struct x509 *parts)
{
	struct der_view in = { der->data, der->len }, body, signature;
	struct x509 found;

	if (der_read(&in, DER_SEQUENCE, &body) < 0 || in.len != 0 ||
	    der_read_whole(&body, &found.tbs) < 0 ||
	    der_read_whole(&body, &found.algorithm) < 0 ||
	    der_read(&body, DER_BIT_STRING, &signature) < 0 || body.len != 0 ||
	    signature.len == 0 || signature.data[0] != 0 ||
	    split_tbs(found.tbs, &found) < 0)
		return fail_because(
			EINVAL,
			"what was given as a certificate is no X.509 version "
			"3 certificate");
	found.signature =
		(struct der_view){ signature.data + 1, signature.len - 1 };
	*parts = found;
	return 0;
}

void x509_write_algorithm(struct bytes *out)
{
	bytes_append(out, ecdsa_sha256, sizeof(ecdsa_sha256));
}

bool x509_is_ecdsa_sha256(struct der_view algorithm)
{
	return der_is(&algorithm, ecdsa_sha256, sizeof(ecdsa_sha256));
}

int x509_assemble(const struct bytes *tbs, const uint8_t signature[static 64],
		  struct bytes *der)
{
	BYTES_LOCAL(made);
	size_t sequence = der_open(&made, DER_SEQUENCE), bits;

	bytes_append(&made, tbs->data, tbs->len);
	x509_write_algorithm(&made);
	bits = der_open(&made, DER_BIT_STRING);
	bytes_append(&made, "", 1);
	signature_to_der(signature, &made);
	der_close(&made, bits);
	der_close(&made, sequence);
	if (made.err == 0)
		bytes_move(der, &made);
	return made.err;
}
