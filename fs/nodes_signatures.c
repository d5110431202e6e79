/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signatures/: each digest is the name of a file in three forms. A lookup needs
 * no chip; opening the file signs.
 */
#include <errno.h>
#include <string.h>

#include "nodes.h"
#include "sign.h"
#include "text.h"

#define DIGEST_DIGITS 64

enum form { RAW, DER, BASE64URL };

/* The name of a signature is a digest, in digits of either case, and a form. */
static bool is_digest(const char *name, const char *form)
{
	uint8_t digest[DIGEST_DIGITS / 2];

	return strnlen(name, DIGEST_DIGITS) == DIGEST_DIGITS &&
	       hex_decode(name, digest, sizeof(digest)) == 0 &&
	       strcmp(name + DIGEST_DIGITS, form) == 0;
}

static int load_signature(struct chip *chip, struct request *request)
{
	unsigned int slot = request_key(request);
	uint8_t digest[32], signature[64];
	int err;

	hex_decode(request->name, digest, sizeof(digest));
	if (request->node->which == DER)
		return nerveskey_sign_der(chip->key, slot, digest,
					  &request->reply);
	err = nerveskey_sign(chip->key, slot, digest, signature);
	if (err < 0)
		return err;
	if (request->node->which == BASE64URL)
		return base64url_append(&request->reply, signature, 64);
	return bytes_set(&request->reply, signature, 64);
}

#define SIGNATURE(path_, form, length)                                      \
	{                                                                   \
		.path = path_, .mode = S_IFREG | 0440, .which = form,       \
		.size = length, .match = is_digest, .load = load_signature, \
		.is_private = true                                          \
	}

#define SIGNATURES(path_)                                           \
	{ .path = path_, .mode = S_IFDIR | 0770 },                  \
		SIGNATURE(path_ "/*.raw", RAW, 64),                 \
		SIGNATURE(path_ "/*.der", DER, NERVESKEY_DER_SIZE), \
		SIGNATURE(path_ "/*.b64url", BASE64URL, 86)

static const struct node rows[] = {
	SIGNATURES("/signatures"),
	SIGNATURES("/keys/#/signatures"),
};

const struct node_rows signature_nodes = { rows, sizeof(rows) / sizeof(*rows) };
