/* SPDX-License-Identifier: Apache-2.0 */
#include "pem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <nettle/base64.h>

/* Sets the text between the two marker lines of `label`. */
static int pem_body(const struct bytes *text, const char *label,
		    const char **body, size_t *len)
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
	*body = start;
	*len = (size_t)(stop - start);
	return 0;
}

int pem_decode(const struct bytes *text, const char *label, struct bytes *der)
{
	struct base64_decode_ctx base64;
	BYTES_LOCAL(decoded);
	const char *body;
	size_t body_len, len;
	int err = pem_body(text, label, &body, &body_len);

	if (err == 0)
		err = bytes_resize(&decoded, BASE64_DECODE_LENGTH(body_len));
	if (err < 0)
		return err;
	len = decoded.len;
	base64_decode_init(&base64);
	if (!base64_decode_update(&base64, &len, decoded.data, body_len,
				  body) ||
	    !base64_decode_final(&base64))
		return -EINVAL;
	err = bytes_resize(&decoded, len);
	if (err == 0)
		bytes_move(der, &decoded);
	return err;
}
