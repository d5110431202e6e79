/* SPDX-License-Identifier: Apache-2.0 */
#include "pem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <nettle/base64.h>

#include "error.h"

#define LINE_BYTES 48 /* 64 characters */

bool pem_find(const struct bytes *pem, const char *label, struct der_view *body)
{
	const char *text = bytes_text(pem), *end;
	char marker[64];

	snprintf(marker, sizeof(marker), "-----BEGIN %s-----", label);
	text = memmem(text, pem->len, marker, strlen(marker));
	if (!text)
		return false;
	text += strlen(marker);
	snprintf(marker, sizeof(marker), "-----END %s-----", label);
	end = memmem(text, pem->len - (size_t)(text - bytes_text(pem)), marker,
		     strlen(marker));
	if (!end)
		return false;
	*body = (struct der_view){ (const uint8_t *)text,
				   (size_t)(end - text) };
	return true;
}

int pem_decode(const struct bytes *pem, const char *label, struct bytes *der)
{
	struct base64_decode_ctx base64;
	BYTES_LOCAL(made);
	struct der_view body;
	size_t len;
	int err;

	if (pem->len > PEM_MAX)
		return fail_because(
			EINVAL,
			"the PEM text is %zu bytes long, at most %d are read",
			pem->len, PEM_MAX);
	if (!pem_find(pem, label, &body))
		return fail_because(
			EINVAL,
			"there is no whole %s in PEM, from its BEGIN line to "
			"its END line",
			label);
	err = bytes_resize(&made, BASE64_DECODE_LENGTH(body.len));
	if (err < 0)
		return err;
	len = made.len;
	base64_decode_init(&base64);
	if (!base64_decode_update(&base64, &len, made.data, body.len,
				  (const char *)body.data) ||
	    !base64_decode_final(&base64) || len == 0)
		return fail_because(EINVAL, "the %s in PEM is not Base64",
				    label);
	bytes_resize(&made, len); /* it shrinks, so it has the memory */
	bytes_move(der, &made);
	return 0;
}

int pem_encode(const struct bytes *der, const char *label, struct bytes *pem)
{
	char line[BASE64_ENCODE_RAW_LENGTH(LINE_BYTES)];

	bytes_printf(pem, "-----BEGIN %s-----\n", label);
	for (size_t at = 0; at < der->len; at += LINE_BYTES) {
		size_t left = der->len - at;
		size_t len = left < LINE_BYTES ? left : LINE_BYTES;

		base64_encode_raw(line, len, der->data + at);
		bytes_printf(pem, "%.*s\n", (int)BASE64_ENCODE_RAW_LENGTH(len),
			     line);
	}
	explicit_bzero(line, sizeof(line));
	return bytes_printf(pem, "-----END %s-----\n", label);
}
