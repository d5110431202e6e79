/* SPDX-License-Identifier: Apache-2.0 */
/* PEM blocks (RFC 7468), line by line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "certificate.h"
#include "error.h"
#include "stage.h"

static const char begin[] = PEM_BEGIN;
static const char dashes[] = "-----";

static const struct {
	const char *label;
	enum item item; /* for certificates see certificate_item() */
	bool ignored;
} blocks[] = {
	{ "CERTIFICATE", ITEM_SIGNER_CERT, false },
	{ "EC PRIVATE KEY", ITEM_SIGNER_KEY, false },
	{ "PRIVATE KEY", ITEM_SIGNER_KEY, false },
	/* openssl ecparam -genkey writes this before a key. */
	{ "EC PARAMETERS", ITEM_COUNT, true },
};

bool pem_begins(const char *line)
{
	return strncmp(line, begin, sizeof(begin) - 1) == 0;
}

static int pem_append(struct provision *request, const char *line)
{
	size_t len = strlen(line);

	if (request->pem_len + len + 1 > PROVISION_PEM_MAX)
		return fail_because(
			EFBIG,
			"line %u: a PEM block of over %d bytes, longer than "
			"any certificate or key that fits",
			request->line_number, PROVISION_PEM_MAX);
	memcpy(request->pem + request->pem_len, line, len);
	request->pem_len += len;
	request->pem[request->pem_len++] = '\n';
	return 0;
}

int pem_begin(struct provision *request, const char *line)
{
	const char *label = line + sizeof(begin) - 1;

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		size_t len = strlen(blocks[i].label);

		if (strncmp(label, blocks[i].label, len) != 0 ||
		    strcmp(label + len, dashes) != 0)
			continue;
		request->pem_item = blocks[i].item;
		request->pem_ignored = blocks[i].ignored;
		snprintf(request->pem_end, sizeof(request->pem_end),
			 "-----END %s-----", blocks[i].label);
		return pem_append(request, line);
	}
	if (strncmp(label, "ENCRYPTED ", 10) == 0)
		return fail_because(
			EINVAL,
			"line %u: the private key is encrypted: decrypt it, "
			"or name a key in a token by signer-key=",
			request->line_number);
	return fail_because(EINVAL,
			    "line %u: a PEM block that is neither a "
			    "certificate nor a private key",
			    request->line_number);
}

/* A CA certificate is the signer's; any other one is the device's. */
static int certificate_item(const struct provision *request, enum item *item)
{
	struct bytes pem = { (uint8_t *)request->pem, request->pem_len, 0, 0 };
	struct bytes der = BYTES_INIT;
	int is_ca;

	is_ca = certificate_from_pem(&pem, &der);
	if (is_ca == 0)
		is_ca = certificate_is_ca(&der);
	bytes_free(&der);
	if (is_ca == -EINVAL)
		return fail_because(EINVAL, "line %u: %s", request->line_number,
				    fail_reason());
	if (is_ca < 0)
		return is_ca;
	*item = is_ca ? ITEM_SIGNER_CERT : ITEM_DEVICE_CERT;
	return 0;
}

static int pem_finish(struct provision *request)
{
	enum item item = request->pem_item;
	int err = 0;

	if (!request->pem_ignored && item != ITEM_SIGNER_KEY)
		err = certificate_item(request, &item);
	if (err == 0 && !request->pem_ignored)
		err = stage_item(request, item, request->pem, request->pem_len);
	explicit_bzero(request->pem, sizeof(request->pem));
	request->pem_len = 0;
	return err;
}

int pem_line(struct provision *request, const char *line)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/=";
	int err;

	if (strcmp(line, request->pem_end) == 0) {
		err = pem_append(request, line);
		return err < 0 ? err : pem_finish(request);
	}
	if (line[strspn(line, base64)] != '\0')
		return fail_because(
			EINVAL,
			"line %u: not Base64, although it is inside a PEM "
			"block: perhaps the key is encrypted, or the END line "
			"is missing",
			request->line_number);
	return *line ? pem_append(request, line) : 0;
}
