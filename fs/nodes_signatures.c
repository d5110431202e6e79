/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signatures/: each digest is the name of a file in three forms. Looking at it
 * costs nothing, opening it signs.
 */
#include <errno.h>
#include <string.h>

#include "nodes.h"
#include "text.h"

#define DIGEST_DIGITS 64

static int as_raw(const uint8_t signature[static 64], struct bytes *out)
{
	return bytes_set(out, signature, 64);
}

static int as_base64url(const uint8_t signature[static 64], struct bytes *out)
{
	return base64url_append(out, signature, 64);
}

static int load_signature(const struct place *at, struct bytes *content);
static int stat_signature(const struct place *at, struct stat *st);

#define FORM_NODE(number)                                       \
	{                                                       \
		.path = "/signatures/", .mode = S_IFREG | 0440, \
		.which = number, .load = load_signature,        \
		.stat = stat_signature                          \
	}

static const struct form {
	const char *suffix;
	off_t size; /* 0: known only when it is made */
	int (*encode)(const uint8_t signature[static 64], struct bytes *out);
	struct node node;
} forms[] = {
	{ ".raw", 64, as_raw, FORM_NODE(0) },
	{ ".der", 0, nerveskey_signature_der, FORM_NODE(1) },
	{ ".b64url", 86, as_base64url, FORM_NODE(2) },
};

static int load_signature(const struct place *at, struct bytes *content)
{
	uint8_t digest[32], signature[64];
	int err;

	err = hex_decode(at->name, digest, sizeof(digest));
	if (err == 0)
		err = nerveskey_sign(at->fs->key, digest, signature);
	return err < 0 ? err
		       : forms[at->node->which].encode(signature, content);
}

static int stat_signature(const struct place *at, struct stat *st)
{
	st->st_size = forms[at->node->which].size;
	return 0;
}

static int lookup_signature(struct fs *fs, const char *name,
			    const struct node **child)
{
	uint8_t digest[DIGEST_DIGITS / 2];

	if (strnlen(name, DIGEST_DIGITS) < DIGEST_DIGITS ||
	    hex_decode(name, digest, sizeof(digest)) < 0)
		return -ENOENT;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(name + DIGEST_DIGITS, forms[i].suffix) == 0) {
			*child = &forms[i].node;
			names_looked_up(fs->names, "/signatures");
			return 0;
		}
	return -ENOENT;
}

static int list_nothing(struct fs *fs, node_each each, void *context)
{
	(void)fs;
	(void)each;
	(void)context;
	return 0;
}

static const struct directory directory = {
	.lookup = lookup_signature,
	.list = list_nothing,
};

static const struct node rows[] = {
	{ .path = "/signatures",
	  .mode = S_IFDIR | 0770,
	  .directory = &directory },
};

const struct node_rows signature_nodes = { rows, sizeof(rows) / sizeof(*rows) };
