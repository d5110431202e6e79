/* SPDX-License-Identifier: Apache-2.0 */
#include "der.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <nettle/base64.h>

enum {
	TAG_INTEGER = 0x02,
	TAG_BIT_STRING = 0x03,
	TAG_SEQUENCE = 0x30,
	TAG_VERSION = 0xa0,
};

/* SubjectPublicKeyInfo of an uncompressed P-256 point, up to that point. */
static const uint8_t p256_prefix[] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
	0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
};

/* The length octets at the start of `in`, taken off it. */
static int take_length(struct span *in, size_t *len)
{
	size_t octets, value = 0;

	if (in->len < 1)
		return -EINVAL;
	octets = in->data[0] & 0x7f;
	if (!(in->data[0] & 0x80)) {
		value = octets;
		octets = 0;
	} else if (octets < 1 || octets > 2 || in->len < 1 + octets) {
		return -EINVAL; /* indefinite, or more than 64 KiB */
	}
	for (size_t i = 1; i <= octets; i++)
		value = value << 8 | in->data[i];
	if (octets && value < (octets == 1 ? 0x80U : 0x100U))
		return -EINVAL;
	in->data += 1 + octets;
	in->len -= 1 + octets;
	*len = value;
	return 0;
}

/*
 * Take the element at the start of `in`, which must have that tag: its content,
 * and all of it. Either may be NULL.
 */
static int take(struct span *in, uint8_t tag, struct span *content,
		struct span *whole)
{
	struct span rest = *in;
	size_t len;

	if (rest.len < 1 || rest.data[0] != tag)
		return -EINVAL;
	rest.data++;
	rest.len--;
	if (take_length(&rest, &len) < 0 || len > rest.len)
		return -EINVAL;
	if (content)
		*content = (struct span){ rest.data, len };
	rest.data += len;
	rest.len -= len;
	if (whole)
		*whole = (struct span){ in->data,
					(size_t)(rest.data - in->data) };
	*in = rest;
	return 0;
}

static int key_point(struct span spki, struct span *point)
{
	struct span key, bits;

	if (take(&spki, TAG_SEQUENCE, &key, NULL) < 0 ||
	    take(&key, TAG_SEQUENCE, NULL, NULL) < 0 ||
	    take(&key, TAG_BIT_STRING, &bits, NULL) < 0)
		return -EINVAL;
	if (bits.len < 2 || bits.data[0] != 0)
		return -EINVAL;
	*point = (struct span){ bits.data + 1, bits.len - 1 };
	return 0;
}

int certificate_fields(const struct bytes *der, struct certificate_fields *f)
{
	struct span in = { der->data, der->len };
	struct span certificate, tbs;
	struct certificate_fields found;

	if (take(&in, TAG_SEQUENCE, &certificate, NULL) < 0 || in.len ||
	    take(&certificate, TAG_SEQUENCE, &tbs, NULL) < 0 ||
	    take(&tbs, TAG_VERSION, NULL, NULL) < 0 ||
	    take(&tbs, TAG_INTEGER, NULL, &found.serial) < 0 ||
	    take(&tbs, TAG_SEQUENCE, NULL, NULL) < 0 || /* algorithm */
	    take(&tbs, TAG_SEQUENCE, NULL, &found.issuer) < 0 ||
	    take(&tbs, TAG_SEQUENCE, NULL, NULL) < 0 || /* validity */
	    take(&tbs, TAG_SEQUENCE, NULL, &found.subject) < 0 ||
	    take(&tbs, TAG_SEQUENCE, NULL, &found.public_key) < 0 ||
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

/* What stands between the two lines of that label. */
static int pem_body(const struct bytes *text, const char *label,
		    struct span *body)
{
	char begin[64], end[64];
	const char *start, *stop;

	snprintf(begin, sizeof(begin), "-----BEGIN %s-----\n", label);
	snprintf(end, sizeof(end), "-----END %s-----", label);
	start = strstr(bytes_text(text), begin);
	if (!start)
		return -EINVAL;
	start += strlen(begin);
	stop = strstr(start, end);
	if (!stop)
		return -EINVAL;
	*body = (struct span){ (const uint8_t *)start, (size_t)(stop - start) };
	return 0;
}

int pem_decode(const struct bytes *text, const char *label, struct bytes *der)
{
	struct base64_decode_ctx base64;
	struct bytes decoded = BYTES_INIT;
	struct span body;
	size_t len;
	int err;

	err = pem_body(text, label, &body);
	if (err < 0)
		return err;
	err = bytes_resize(&decoded, BASE64_DECODE_LENGTH(body.len));
	if (err < 0)
		return err;
	len = decoded.len;
	base64_decode_init(&base64);
	if (!base64_decode_update(&base64, &len, decoded.data, body.len,
				  (const char *)body.data) ||
	    !base64_decode_final(&base64)) {
		bytes_free(&decoded);
		return -EINVAL;
	}
	err = bytes_resize(&decoded, len);
	if (err < 0)
		bytes_free(&decoded);
	else
		bytes_move(der, &decoded);
	return err;
}
