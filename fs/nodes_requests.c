/* SPDX-License-Identifier: Apache-2.0 */
/* Files for requests: sign, ecdh, derive, activate, random, provision. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "error.h"
#include "nodes.h"
#include "provision_files.h"
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

static struct content *known_provision(const struct view *view,
				       const struct node *node,
				       unsigned int param)
{
	return view->key->provision[node->which];
}

static int put_provision(struct chip *chip, struct request *request)
{
	return nerveskey_provision_write(
		chip->key, request->node->which, request->by_root,
		bytes_text(&request->data), request->data.len);
}

/* No program sees this error: the log and `status` show it. */
static int close_provision(struct chip *chip, struct request *request)
{
	return nerveskey_provision_end(chip->key, request->node->which);
}

/* The time of a whole commit with the slowest commands. */
#define COMMIT_MS 60000

/* clang-format off */
#define SIGN(path_)                                                           \
	{ .path = path_, .mode = S_IFREG | 0660, .run = run_sign,             \
	  .keeps_latest = true, .is_private = true }
#define ECDH(path_)                                                           \
	{ .path = path_, .mode = S_IFREG | 0660, .run = run_ecdh,             \
	  .is_private = true }
#define PROVISION(needs_, path_, which_)                                      \
	{ .path = path_, .mode = S_IFREG | 0600, .which = which_,             \
	  .needs = needs_, .known = known_provision, .is_volatile = true,     \
	  .is_old = look_is_due, .renew = look_again, .put = put_provision,   \
	  .put_ms = COMMIT_MS, .close = close_provision, .one_writer = true }

static const struct node rows[] = {
	SIGN("/sign"),
	SIGN("/keys/#/sign"),
	{ .path = "/random", .mode = S_IFREG | 0440, .fill = fill_random },
	ECDH("/ecdh"),
	ECDH("/keys/#/ecdh"),
	{ .path = "/derive", .mode = S_IFREG | 0660, .run = run_derive,
	  .needs = 1u << NERVESKEY_HAS_VOLATILE, .is_private = true },
	{ .path = "/activate", .mode = S_IFREG | 0200, .put = put_activate,
	  .needs = 1u << NERVESKEY_HAS_VOLATILE },
	PROVISION(0, "/provision", NERVESKEY_PROVISION),
	PROVISION(1u << NERVESKEY_HAS_AUX, "/aux/provision",
		  NERVESKEY_PROVISION_AUX),
};
/* clang-format on */

const struct node_rows request_nodes = { rows, sizeof(rows) / sizeof(*rows) };
