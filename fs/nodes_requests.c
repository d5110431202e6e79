/* SPDX-License-Identifier: Apache-2.0 */
/* What the chip is asked to do: sign, agree, derive, activate, draw. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "nodes.h"
#include "request_text.h"

static int run_sign(const struct place *at, const struct bytes *request,
		    struct bytes *reply)
{
	uint8_t digest[32], signature[64];
	int err;

	err = request_value(request, "a digest", digest, sizeof(digest));
	if (err == 0)
		err = nerveskey_sign(at->fs->key, digest, signature);
	if (err == 0)
		err = bytes_set(reply, signature, sizeof(signature));
	if (err == 0)
		latest_set(&at->fs->latest, at->uid,
			   nerveskey_chip_number(at->fs->key), signature);
	return err;
}

static int load_latest(const struct place *at, struct bytes *content)
{
	uint8_t signature[64];
	int err;

	err = latest_get(&at->fs->latest, at->uid,
			 nerveskey_chip_number(at->fs->key), signature);
	return err < 0 ? err : bytes_set(content, signature, sizeof(signature));
}

static int run_ecdh(const struct place *at, const struct bytes *request,
		    struct bytes *reply)
{
	uint8_t peer[64], secret[32];
	int err;

	err = nerveskey_parse_peer(request, peer);
	if (err == 0)
		err = nerveskey_ecdh(at->fs->key, peer, secret);
	if (err == 0)
		err = bytes_set(reply, secret, sizeof(secret));
	explicit_bzero(secret, sizeof(secret));
	return err;
}

static int run_derive(const struct place *at, const struct bytes *request,
		      struct bytes *reply)
{
	uint8_t data[32], mac[32];
	int err;

	err = request_value(request, "what a key is derived from", data,
			    sizeof(data));
	if (err == 0)
		err = nerveskey_derive(at->fs->key, data, mac);
	if (err == 0)
		err = bytes_set(reply, mac, sizeof(mac));
	explicit_bzero(data, sizeof(data));
	explicit_bzero(mac, sizeof(mac));
	return err;
}

static int put_activate(const struct place *at, const uint8_t *data, size_t len,
			off_t offset)
{
	struct bytes request = BYTES_INIT;
	uint8_t key[16];
	int err;

	(void)offset;
	err = bytes_set(&request, data, len);
	if (err == 0)
		err = request_value(&request, "the activation key", key,
				    sizeof(key));
	if (err == 0)
		err = nerveskey_activate(at->fs->key, key);
	explicit_bzero(key, sizeof(key));
	bytes_free(&request);
	return err;
}

/*
 * Programs with buffers ask for much more than they want: one read gives a
 * little, and others' requests come in between.
 */
#define RANDOM_MOST    1024
#define RANDOM_AT_ONCE 128

static ssize_t fill_random(const struct place *at, uint8_t *data, size_t len)
{
	size_t most = len < RANDOM_MOST ? len : RANDOM_MOST;
	size_t done = 0, take;
	int err;

	while (done < most) {
		take = most - done;
		if (take > RANDOM_AT_ONCE)
			take = RANDOM_AT_ONCE;
		err = nerveskey_random(at->fs->key, data + done, take);
		if (err < 0)
			return done ? (ssize_t)done : err;
		done += take;
	}
	return (ssize_t)done;
}

static const struct node rows[] = {
	{ .path = "/sign",
	  .mode = S_IFREG | 0660,
	  .load = load_latest,
	  .run = run_sign },
	{ .path = "/random", .mode = S_IFREG | 0440, .fill = fill_random },
	{ .path = "/ecdh", .mode = S_IFREG | 0660, .run = run_ecdh },
	{ .path = "/derive",
	  .mode = S_IFREG | 0660,
	  .needs = 1u << NERVESKEY_HAS_VOLATILE,
	  .run = run_derive },
	{ .path = "/activate",
	  .mode = S_IFREG | 0200,
	  .needs = 1u << NERVESKEY_HAS_VOLATILE,
	  .put = put_activate },
};

const struct node_rows request_nodes = { rows, sizeof(rows) / sizeof(*rows) };
