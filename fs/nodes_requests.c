/* SPDX-License-Identifier: Apache-2.0 */
/* Files for requests: sign, ecdh, derive, activate, random. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "error.h"
#include "nodes.h"
#include "sign.h"
#include "text.h"
#include "volatile.h"

/*
 * Set `value` from what a program wrote: `len` raw bytes, or 2 * len hex digits
 * of either case. White space and any text may follow the digits, as in a line of
 * sha256sum(1). -EINVAL: it is neither, and `value` is unchanged. `what` names the
 * value in the sentence.
 */
static int request_value(const struct bytes *request, const char *what,
			 uint8_t *value, size_t len)
{
	const char *text = bytes_text(request);

	if (request->len == len) {
		memcpy(value, request->data, len);
		return 0;
	}
	if (request->len >= 2 * len &&
	    (request->len == 2 * len || isspace((uint8_t)text[2 * len])) &&
	    hex_decode(text, value, len) == 0)
		return 0;
	return fail_because(EINVAL,
			    "%s is %zu raw bytes or %zu hex digits in one "
			    "write; %zu bytes came that are neither",
			    what, len, 2 * len, request->len);
}

static int run_sign(struct chip *chip, struct request *request)
{
	uint8_t digest[32], signature[64];
	int err;

	err = request_value(&request->data, "a digest", digest, sizeof(digest));
	if (err == 0)
		err = nerveskey_sign(chip->key, request_key(request), digest,
				     signature);
	return err < 0 ? err
		       : bytes_set(&request->reply, signature,
				   sizeof(signature));
}

static int run_ecdh(struct chip *chip, struct request *request)
{
	uint8_t peer[64], secret[32];
	int err;

	err = nerveskey_parse_peer(&request->data, peer);
	if (err == 0)
		err = nerveskey_ecdh(chip->key, request_key(request), peer,
				     secret);
	if (err == 0)
		err = bytes_set(&request->reply, secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	return err;
}

static int run_derive(struct chip *chip, struct request *request)
{
	uint8_t data[32], mac[32];
	int err;

	err = request_value(&request->data, "what a key is derived from", data,
			    sizeof(data));
	if (err == 0)
		err = nerveskey_derive(chip->key, data, mac);
	if (err == 0)
		err = bytes_set(&request->reply, mac, sizeof(mac));
	explicit_bzero(data, sizeof(data));
	explicit_bzero(mac, sizeof(mac));
	return err;
}

static int put_activate(struct chip *chip, struct request *request)
{
	uint8_t key[16];
	int err;

	err = request_value(&request->data, "the activation key", key,
			    sizeof(key));
	if (err == 0)
		err = nerveskey_activate(chip->key, key);
	explicit_bzero(key, sizeof(key));
	return err;
}

/*
 * Programs with buffers read much more than they need. One read returns at most
 * this much, so that requests of others can run in between.
 */
#define RANDOM_MOST 1024

static int fill_random(struct chip *chip, struct request *request)
{
	size_t len = request->size < RANDOM_MOST ? request->size : RANDOM_MOST;
	int err;

	err = bytes_resize(&request->reply, len);
	return err < 0 ? err
		       : nerveskey_random(chip->key, request->reply.data, len);
}

#define SIGN(path_)                                                     \
	{                                                               \
		.path = path_, .mode = S_IFREG | 0660, .run = run_sign, \
		.keeps_latest = true, .is_private = true                \
	}
#define ECDH(path_)                                                     \
	{                                                               \
		.path = path_, .mode = S_IFREG | 0660, .run = run_ecdh, \
		.is_private = true                                      \
	}

static const struct node rows[] = {
	SIGN("/sign"),
	SIGN("/keys/#/sign"),
	{ .path = "/random", .mode = S_IFREG | 0440, .fill = fill_random },
	ECDH("/ecdh"),
	ECDH("/keys/#/ecdh"),
	{ .path = "/derive",
	  .mode = S_IFREG | 0660,
	  .needs = 1u << NERVESKEY_HAS_VOLATILE,
	  .run = run_derive,
	  .is_private = true },
	{ .path = "/activate",
	  .mode = S_IFREG | 0200,
	  .needs = 1u << NERVESKEY_HAS_VOLATILE,
	  .put = put_activate },
};

const struct node_rows request_nodes = { rows, sizeof(rows) / sizeof(*rows) };
