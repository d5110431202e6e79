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

static int skip(struct der_view *in, uint8_t tag)
{
	struct der_view value;

	return der_read(in, tag, &value);
}

/* Reads the next element, tag and length included. Its tag must be `tag`. */
static int read_whole(struct der_view *in, uint8_t tag, struct der_view *whole)
{
	if (in->len == 0 || in->data[0] != tag)
		return -EINVAL;
	return der_read_whole(in, whole);
}

static int key_point(struct der_view spki, struct der_view *point)
{
	struct der_view key, bits;

	if (der_read(&spki, DER_SEQUENCE, &key) < 0 ||
	    skip(&key, DER_SEQUENCE) < 0 ||
	    der_read(&key, DER_BIT_STRING, &bits) < 0)
		return -EINVAL;
	if (bits.len < 2 || bits.data[0] != 0)
		return -EINVAL;
	*point = (struct der_view){ bits.data + 1, bits.len - 1 };
	return 0;
}

int certificate_fields(const struct bytes *der, struct certificate_fields *f)
{
	struct der_view in = { der->data, der->len };
	struct der_view certificate, tbs;
	struct certificate_fields found;

	if (der_read(&in, DER_SEQUENCE, &certificate) < 0 || in.len ||
	    der_read(&certificate, DER_SEQUENCE, &tbs) < 0 ||
	    skip(&tbs, DER_CONTEXT(0)) < 0 || /* version */
	    read_whole(&tbs, DER_INTEGER, &found.serial) < 0 ||
	    skip(&tbs, DER_SEQUENCE) < 0 || /* algorithm */
	    read_whole(&tbs, DER_SEQUENCE, &found.issuer) < 0 ||
	    skip(&tbs, DER_SEQUENCE) < 0 || /* validity */
	    read_whole(&tbs, DER_SEQUENCE, &found.subject) < 0 ||
	    read_whole(&tbs, DER_SEQUENCE, &found.public_key) < 0 ||
	    key_point(found.public_key, &found.point) < 0)
		return -EINVAL;
	*f = found;
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
