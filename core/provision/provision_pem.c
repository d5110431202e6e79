/* SPDX-License-Identifier: Apache-2.0 */
/* PEM blocks (RFC 7468), line by line. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "stage.h"

#define BLOCK(label) \
	.begin = PEM_BEGIN label "-----", .end = "-----END " label "-----"

static const struct {
	const char *begin, *end;
	enum item item; /* ITEM_COUNT: the block is skipped */
} blocks[] = {
	/* Or the device's: see pem_finish(). */
	{ BLOCK("CERTIFICATE"), ITEM_SIGNER_CERT },
	{ BLOCK("EC PRIVATE KEY"), ITEM_SIGNER_KEY },
	{ BLOCK("PRIVATE KEY"), ITEM_SIGNER_KEY },
	/* openssl ecparam -genkey writes this before a key. */
	{ BLOCK("EC PARAMETERS"), ITEM_COUNT },
};

static int pem_append(struct provision *request, const char *line)
{
	size_t len = strlen(line);

	if (request->pem_len + len + 1 > PROVISION_PEM_MAX)
		return fail_because(
			EFBIG,
			"a PEM block of over %d bytes, longer than any "
			"certificate or key that fits",
			PROVISION_PEM_MAX);
	memcpy(request->pem + request->pem_len, line, len);
	request->pem_len += len;
	request->pem[request->pem_len++] = '\n';
	return 0;
}

int pem_begin(struct provision *request, const char *line)
{
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (strcmp(line, blocks[i].begin) != 0)
			continue;
		request->pem_item = blocks[i].item;
		request->pem_end = blocks[i].end;
		return pem_append(request, line);
	}
	if (strncmp(line, PEM_BEGIN "ENCRYPTED ", 21) == 0)
		return fail_because(EINVAL,
				    "the private key is encrypted: decrypt it, "
				    "or name a key in a token by signer-key=");
	return fail_because(EINVAL, "a PEM block that is neither a certificate "
				    "nor a private key");
}

/* A CA certificate is the signer's; any other one is the device's. */
static int pem_finish(struct provision *request)
{
	struct bytes pem = { (uint8_t *)request->pem, request->pem_len, 0, 0 };
	enum item item = request->pem_item;
	int err = 0;

	if (item == ITEM_SIGNER_CERT)
		err = pem_is_ca(&pem);
	if (item == ITEM_SIGNER_CERT && err == 0)
		item = ITEM_DEVICE_CERT;
	if (err >= 0 && item != ITEM_COUNT)
		err = stage_item(request, item, request->pem, request->pem_len);
	explicit_bzero(request->pem, sizeof(request->pem));
	request->pem_len = 0;
	return err < 0 ? err : 0;
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
			"not Base64, although it is inside a PEM block: "
			"perhaps the key is encrypted, or the END line is "
			"missing");
	return *line ? pem_append(request, line) : 0;
}
