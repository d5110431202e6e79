/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the PKCS #11 module reads of a mount's certificates and of pubkey.pem,
 * which may be anyone's: as DER, and as PEM. The fields of a certificate lie
 * within it, one behind the other, and PEM gives back what was put into it, unless
 * that is nothing or too long.
 *
 * Seeds are certificates and keys in both forms.
 */
#include <string.h>

#include <nettle/base64.h>

#include "certificate_fields.h"
#include "pem.h"
#include "fuzz.h"

/* `span` lies in `outer`, not before `from`; where it ends. */
static const uint8_t *require_inside(struct der_view outer, const uint8_t *from,
				     struct der_view span)
{
	REQUIRE(span.data >= from);
	REQUIRE(span.len <= (size_t)(outer.data + outer.len - span.data));
	return span.data + span.len;
}

static void read_der(const struct bytes *der)
{
	struct der_view all = { der->data, der->len };
	struct certificate_fields f;
	const uint8_t *at = der->data, *point;

	if (certificate_fields(der, &f) == 0) {
		at = require_inside(all, at, f.serial);
		at = require_inside(all, at, f.issuer);
		at = require_inside(all, at, f.subject);
		require_inside(all, at, f.public_key);
		require_inside(f.public_key, f.public_key.data, f.point);
	}
	point = p256_point(der);
	if (point)
		require_inside(all, der->data,
			       (struct der_view){ point, P256_POINT_SIZE });
}

static void append(struct bytes *text, const char *line)
{
	REQUIRE(bytes_append(text, line, strlen(line)) == 0);
}

static void there_and_back(const struct bytes *der)
{
	struct bytes text = BYTES_INIT, back = BYTES_INIT;
	size_t start;
	bool fits;

	append(&text, "-----BEGIN CERTIFICATE-----\n");
	start = text.len;
	REQUIRE(bytes_resize(&text,
			     start + BASE64_ENCODE_RAW_LENGTH(der->len)) == 0);
	base64_encode_raw((char *)text.data + start, der->len, der->data);
	append(&text, "\n-----END CERTIFICATE-----\n");
	fits = der->len > 0 && text.len <= PEM_MAX;
	REQUIRE((pem_decode(&text, "CERTIFICATE", &back) == 0) == fits);
	REQUIRE(!fits || bytes_equal(der, &back));
	bytes_free(&back);
	bytes_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct bytes exact = take_rest(&input), der = BYTES_INIT;
	struct bytes text = fuzz_copy(&exact);

	read_der(&exact);
	there_and_back(&exact);
	if (pem_decode(&text, "CERTIFICATE", &der) == 0 ||
	    pem_decode(&text, "PUBLIC KEY", &der) == 0)
		read_der(&der);
	bytes_free(&der);
	bytes_free(&text);
	return 0;
}
