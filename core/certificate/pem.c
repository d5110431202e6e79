/* SPDX-License-Identifier: Apache-2.0 */
#include "pem.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "crypto.h"
#include "error.h"

bool pem_find(const struct bytes *pem, const char *label,
	      struct der_view *block)
{
	char begin[64], end[64];
	const uint8_t *from, *to;

	if (pem->len == 0)
		return false;
	snprintf(begin, sizeof(begin), "-----BEGIN %s-----", label);
	snprintf(end, sizeof(end), "-----END %s-----", label);
	from = memmem(pem->data, pem->len, begin, strlen(begin));
	if (!from)
		return false;
	to = memmem(from, pem->len - (size_t)(from - pem->data), end,
		    strlen(end));
	if (!to)
		return false;
	*block = (struct der_view){ from, (size_t)(to - from) + strlen(end) };
	return true;
}

int pem_decode(const struct bytes *pem, const char *label, struct bytes *der)
{
	gnutls_datum_t text, content;
	struct der_view block;
	int ret, err;

	if (pem->len > PEM_MAX)
		return fail_because(
			EINVAL,
			"the PEM text is %zu bytes long, at most %d are read",
			pem->len, PEM_MAX);
	if (!pem_find(pem, label, &block))
		return fail_because(
			EINVAL,
			"there is no whole %s in PEM, from its BEGIN line to "
			"its END line",
			label);
	text = (gnutls_datum_t){ (unsigned char *)block.data,
				 (unsigned int)block.len };
	ret = gnutls_pem_base64_decode2(label, &text, &content);
	if (ret < 0)
		return crypto_failed(ret, EINVAL, label);
	err = bytes_set(der, content.data, content.size);
	gnutls_free(content.data);
	return err;
}

int pem_encode(const struct bytes *der, const char *label, struct bytes *pem)
{
	const gnutls_datum_t content = { der->data, (unsigned int)der->len };
	gnutls_datum_t text;
	int ret, err;

	ret = gnutls_pem_base64_encode2(label, &content, &text);
	if (ret < 0)
		return crypto_failed(ret, EINVAL, label);
	err = bytes_append(pem, text.data, text.size);
	gnutls_memset(text.data, 0, text.size);
	gnutls_free(text.data);
	return err;
}
