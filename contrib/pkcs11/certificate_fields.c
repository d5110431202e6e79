/* SPDX-License-Identifier: Apache-2.0 */
#include "certificate_fields.h"

#include <errno.h>
#include <string.h>

/* The SubjectPublicKeyInfo of an uncompressed P-256 key, up to the point. */
static const uint8_t p256_prefix[] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
};

static int key_point(struct der_view spki, struct der_view *point)
{
	struct der_view key, algorithm, bits;

	if (der_read(&spki, DER_SEQUENCE, &key) < 0 ||
	    der_read(&key, DER_SEQUENCE, &algorithm) < 0 ||
	    der_read(&key, DER_BIT_STRING, &bits) < 0)
		return -EINVAL;
	if (bits.len < 2 || bits.data[0] != 0)
		return -EINVAL;
	*point = (struct der_view){ bits.data + 1, bits.len - 1 };
	return 0;
}

int certificate_fields(const struct bytes *der, struct certificate_fields *f)
{
	/* Version, serial, algorithm, issuer, validity, subject, key. */
	static const uint8_t tags[] = { DER_CONTEXT(0), DER_INTEGER,
					DER_SEQUENCE,	DER_SEQUENCE,
					DER_SEQUENCE,	DER_SEQUENCE,
					DER_SEQUENCE };
	struct der_view parts[sizeof(tags)];
	struct der_view in = { der->data, der->len };
	struct der_view certificate, tbs, point;

	if (der_read(&in, DER_SEQUENCE, &certificate) < 0 || in.len ||
	    der_read(&certificate, DER_SEQUENCE, &tbs) < 0)
		return -EINVAL;
	for (size_t i = 0; i < sizeof(tags); i++)
		if (tbs.len == 0 || tbs.data[0] != tags[i] ||
		    der_read_whole(&tbs, &parts[i]) < 0)
			return -EINVAL;
	if (key_point(parts[6], &point) < 0)
		return -EINVAL;
	*f = (struct certificate_fields){ parts[1], parts[3], parts[5],
					  parts[6], point };
	return 0;
}

const uint8_t *p256_point(const struct bytes *spki)
{
	const size_t skip = sizeof(p256_prefix);

	if (spki->len != skip + P256_POINT_SIZE ||
	    memcmp(spki->data, p256_prefix, skip) != 0 ||
	    spki->data[skip] != 0x04)
		return NULL;
	return spki->data + skip;
}
