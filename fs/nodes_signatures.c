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

static bool is_digest(const char *name, const char *suffix)
{
	uint8_t digest[DIGEST_DIGITS / 2];

	return strnlen(name, DIGEST_DIGITS) == DIGEST_DIGITS &&
	       hex_decode(name, digest, sizeof(digest)) == 0 &&
	       strcmp(name + DIGEST_DIGITS, suffix) == 0;
}

static bool match_raw(const char *name)
{
	return is_digest(name, ".raw");
}

static bool match_der(const char *name)
{
	return is_digest(name, ".der");
}

static bool match_base64url(const char *name)
{
	return is_digest(name, ".b64url");
}

static int load_signature(struct chip *chip, struct request *request);

enum form { RAW, DER, BASE64URL };

#define SIGNATURE(parent, form, length, match_)                             \
	{                                                                   \
		.path = parent "/*", .mode = S_IFREG | 0440, .which = form, \
		.size = length, .match = match_, .load = load_signature,    \
		.is_private = true                                          \
	}

#define SIGNATURES(path_)                                             \
	{ .path = path_, .mode = S_IFDIR | 0770 },                    \
		SIGNATURE(path_, RAW, 64, match_raw),                 \
		SIGNATURE(path_, DER, NERVESKEY_DER_SIZE, match_der), \
		SIGNATURE(path_, BASE64URL, 86, match_base64url)

static const struct node rows[] = {
	SIGNATURES("/signatures"),
	SIGNATURES("/keys/#/signatures"),
};

static int load_signature(struct chip *chip, struct request *request)
{
	unsigned int slot = request_key(request);
	uint8_t digest[32], signature[64];
	int err;

	err = hex_decode(request->name, digest, sizeof(digest));
	if (err < 0)
		return err;
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

const struct node_rows signature_nodes = { rows, sizeof(rows) / sizeof(*rows) };
