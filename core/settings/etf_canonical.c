/* SPDX-License-Identifier: Apache-2.0 */
/* The check of untrusted bytes, which is to make their canonical form. */
#include "etf.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "error.h"

#define not_a_term(...) fail_because(EBADMSG, __VA_ARGS__)

/* A walk over a term. Its first failure is kept by the reader. */
struct pass {
	struct etf_reader *term;
	struct bytes *out;
	size_t nodes, depth;
};

static void put_node(struct pass *pass, const struct etf_node *node);

static void next(struct pass *pass, struct etf_node *node)
{
	if (pass->term->err == 0 &&
	    (++pass->nodes > ETF_MAX_NODES || pass->depth >= ETF_MAX_DEPTH))
		pass->term->err = not_a_term("the term has more than %d parts "
					     "or is nested more than %d deep, "
					     "which are the limits: make it "
					     "smaller",
					     ETF_MAX_NODES, ETF_MAX_DEPTH);
	etf_read(pass->term, node);
}

/* `types`: those that they must be of; NULL: any. */
static void put_terms(struct pass *pass, size_t count,
		      const enum etf_type *types)
{
	for (size_t i = 0; pass->term->err == 0 && i < count; i++) {
		size_t start = pass->term->pos;
		struct etf_node node;

		next(pass, &node);
		if (pass->term->err == 0 && types && node.type != types[i])
			pass->term->err = not_a_term(
				"the term is wrong at its byte %zu: a part of "
				"a fun has the tag %u, which is of another "
				"type than the part must be",
				start, node.tag);
		put_node(pass, &node);
	}
}

static void put_integer(struct pass *pass, const struct etf_node *node)
{
	etf_put_integer(pass->out, node->negative, node->bytes, node->len);
}

static void put_float(struct pass *pass, const struct etf_node *node)
{
	etf_put_number(pass->out, 1, node->tag);
	bytes_append(pass->out, node->bytes, node->len);
}

static void put_atom(struct pass *pass, const struct etf_node *node)
{
	etf_put_atom(pass->out, (const char *)node->bytes, node->len);
}

/* The tag, a reference's count, the node's atom, the numbers. */
static void put_identity(struct pass *pass, const struct etf_node *node)
{
	struct etf_reader rest = { .data = node->bytes, .len = node->len };
	struct etf_node name;
	size_t len;

	etf_read(&rest, &name);
	len = rest.len - rest.pos;
	etf_put_number(pass->out, 1, node->tag);
	/* They follow a creation of 4 bytes or one. */
	if (node->tag == TAG_NEWER_REFERENCE || node->tag == TAG_NEW_REFERENCE)
		etf_put_number(pass->out, 2, (len - 1) / 4);
	put_atom(pass, &name);
	bytes_append(pass->out, rest.data + rest.pos, len);
}

/* The size of all that follows, fixed fields, number of variables, parts. */
static void put_fun(struct pass *pass, const struct etf_node *node)
{
	static const enum etf_type fun[] = { ETF_ATOM, ETF_INTEGER, ETF_INTEGER,
					     ETF_PID };
	static const enum etf_type export[] = { ETF_ATOM, ETF_ATOM,
						ETF_INTEGER };
	size_t start;

	etf_put_number(pass->out, 1, node->tag);
	if (node->tag == TAG_EXPORT) {
		put_terms(pass, 3, export);
		return;
	}
	start = pass->out->len;
	bytes_append(pass->out, node->bytes, node->len);
	etf_put_number(pass->out, 4, node->children - 4);
	put_terms(pass, 4, fun);
	put_terms(pass, node->children - 4, NULL);
	etf_set_number(pass->out, start, pass->out->len - start);
}

static void put_tuple(struct pass *pass, const struct etf_node *node)
{
	etf_put_head(pass->out, TAG_SMALL_TUPLE, node->children);
	put_terms(pass, node->children, NULL);
}

struct pair {
	const uint8_t *data; /* the key, then its value */
	size_t key_len, len;
};

static int compare_keys(const void *a, const void *b)
{
	const struct pair *pair_a = a, *pair_b = b;

	if (pair_a->key_len != pair_b->key_len)
		return pair_a->key_len < pair_b->key_len ? -1 : 1;
	return memcmp(pair_a->data, pair_b->data, pair_a->key_len);
}

/* `data`: the keys and values, one after another. */
static void put_sorted(struct pass *pass, struct pair *pairs, size_t count,
		       const uint8_t *data)
{
	for (size_t i = 0; i < count; data += pairs[i++].len)
		pairs[i].data = data;
	qsort(pairs, count, sizeof(*pairs), compare_keys);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && compare_keys(&pairs[i - 1], &pairs[i]) == 0)
			pass->term->err = not_a_term(
				"a map with %zu keys has one key twice, which "
				"Erlang refuses: remove one",
				count);
		bytes_append(pass->out, pairs[i].data, pairs[i].len);
	}
}

static void put_map(struct pass *pass, const struct etf_node *node)
{
	size_t count = node->children / 2, start = 0;
	struct bytes *out = pass->out;
	struct pair *pairs;
	BYTES_LOCAL(memory);
	BYTES_LOCAL(body);

	if (bytes_resize(&memory, (count + 1) * sizeof(*pairs)) < 0) {
		pass->term->err = -ENOMEM; /* ends the walk */
		return;
	}
	pairs = (void *)memory.data;
	etf_put_head(out, TAG_MAP, count);
	pass->out = &body;
	for (size_t i = 0; i < count; i++, start = body.len) {
		put_terms(pass, 1, NULL);
		pairs[i].key_len = body.len - start;
		put_terms(pass, 1, NULL);
		pairs[i].len = body.len - start;
	}
	pass->out = out;
	if (bytes_fail(out, body.err) == 0 && pass->term->err == 0)
		put_sorted(pass, pairs, count, body.data);
}

/* The tail of a list may be another list: it goes on. */
static void put_list(struct pass *pass, const struct etf_node *node)
{
	size_t start = pass->out->len, depth = pass->depth, count = 0;
	struct etf_node list = *node;

	etf_put_head(pass->out, TAG_LIST, 0);
	for (;;) {
		for (size_t i = 0; i < list.len; i++)
			etf_put_integer(pass->out, false, list.bytes + i, 1);
		count += list.len;
		if (list.tag != TAG_LIST)
			break;
		put_terms(pass, list.children - 1, NULL);
		count += list.children - 1;
		next(pass, &list);
		if (list.type != ETF_LIST)
			break;
		pass->depth++;
	}
	pass->depth = depth;
	etf_end_list(pass->out, start, count, list.type == ETF_LIST);
	if (list.type != ETF_LIST)
		put_node(pass, &list);
}

static void put_binary(struct pass *pass, const struct etf_node *node)
{
	etf_put_binary(pass->out, (const char *)node->bytes, node->len);
}

static void put_bits(struct pass *pass, const struct etf_node *node)
{
	size_t last = node->len - 1;

	etf_put_number(pass->out, 1, TAG_BIT_BINARY);
	etf_put_number(pass->out, 4, node->len);
	etf_put_number(pass->out, 1, 8 - node->unused_bits);
	bytes_append(pass->out, node->bytes, last);
	etf_put_number(pass->out, 1,
		       node->bytes[last] & 0xffU << node->unused_bits);
}

static void (*const writers[])(struct pass *, const struct etf_node *) = {
	[ETF_INTEGER] = put_integer,   [ETF_FLOAT] = put_float,
	[ETF_ATOM] = put_atom,	       [ETF_TUPLE] = put_tuple,
	[ETF_MAP] = put_map,	       [ETF_LIST] = put_list,
	[ETF_BINARY] = put_binary,     [ETF_BITSTRING] = put_bits,
	[ETF_FLOAT_TEXT] = put_float,  [ETF_PID] = put_identity,
	[ETF_IDENTITY] = put_identity, [ETF_FUN] = put_fun,
};

static void put_node(struct pass *pass, const struct etf_node *node)
{
	if (node->type == ETF_NONE)
		return;
	pass->depth++;
	writers[node->type](pass, node);
	pass->depth--;
}

int etf_put_canonical(struct bytes *out, struct etf_reader *term)
{
	struct pass pass = { .term = term, .out = out };

	put_terms(&pass, 1, NULL);
	return term->err < 0 ? term->err : out->err;
}

int etf_check(const uint8_t *data, size_t len, size_t *used)
{
	struct etf_reader reader = { .data = data, .len = len };
	BYTES_LOCAL(canonical);
	int err = etf_put_canonical(&canonical, &reader);

	if (used)
		*used = reader.pos;
	else if (err == 0 && reader.pos != len)
		err = not_a_term("the term ends after %zu bytes, but %zu were "
				 "given: remove the rest",
				 reader.pos, len);
	return err;
}

/* `data` begins after the version: 80, the size (32 bits), a zlib stream. */
static int inflate_term(const uint8_t *data, size_t len, struct bytes *term,
			size_t *used)
{
	uLong taken = len - 5;
	uint32_t size;
	uLongf made;
	int ret;

	if (len < 5)
		return not_a_term("a compressed term begins with 5 bytes of "
				  "head, but only %zu are there",
				  len);
	memcpy(&size, data + 1, sizeof(size));
	size = be32toh(size);
	if (size > ETF_MAX_LEN)
		return not_a_term("the compressed term has %u bytes when it "
				  "is unpacked, and at most %d are allowed: "
				  "make it smaller",
				  size, ETF_MAX_LEN);
	made = size + 1; /* one more shows an excess */
	if (bytes_resize(term, made) < 0)
		return -ENOMEM;
	ret = uncompress2(term->data, &made, data + 5, &taken);
	if (ret == Z_MEM_ERROR)
		return -ENOMEM;
	if (ret != Z_OK || made != size)
		return not_a_term("the compressed term is damaged: %lu bytes "
				  "were unpacked, and %u are expected",
				  made, size);
	*used = 5 + taken;
	return bytes_resize(term, size);
}

int etf_unpack(const uint8_t *data, size_t len, struct bytes *term,
	       size_t *used)
{
	size_t taken = 0, size;
	BYTES_LOCAL(plain);
	int err;

	if (len < 2)
		return not_a_term("an external term has at least 2 bytes, but "
				  "there are %zu",
				  len);
	if (data[0] != ETF_VERSION)
		return not_a_term("the first byte is %u, and an external term "
				  "of Erlang begins with %d",
				  data[0], ETF_VERSION);
	if (data[1] == TAG_COMPRESSED)
		err = inflate_term(data + 1, len - 1, &plain, &taken);
	else
		err = bytes_set(&plain, data + 1, len - 1);
	if (err == 0)
		err = etf_check(plain.data, plain.len, &size);
	if (err == 0)
		err = bytes_resize(&plain, size);
	if (err < 0)
		return err;
	bytes_move(term, &plain);
	*used = 1 + (taken ? taken : size);
	return 0;
}
