/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The check of untrusted bytes, which is to make their canonical form: equal
 * terms have equal bytes.
 */
#include "etf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

/* A walk over a term. Its first failure is kept by the reader. */
struct pass {
	struct etf_reader *term;
	struct bytes *out;
	size_t nodes, depth;
};

static void put_term(struct pass *pass, enum etf_type type);
static void put_node(struct pass *pass, const struct etf_node *node);

/* The next head, which must be of `type`; ETF_NONE: of any. */
static void next(struct pass *pass, enum etf_type type, struct etf_node *node)
{
	size_t start = pass->term->pos;

	if (pass->term->err == 0 &&
	    (++pass->nodes > ETF_MAX_NODES || pass->depth >= ETF_MAX_DEPTH))
		pass->term->err = fail_because(
			EBADMSG,
			"the term has more than %d parts or is nested more "
			"than %d deep, which are the limits: make it "
			"smaller",
			ETF_MAX_NODES, ETF_MAX_DEPTH);
	if (etf_read(pass->term, node) == 0 && type != ETF_NONE &&
	    node->type != type)
		pass->term->err = fail_because(
			EBADMSG,
			"the term is wrong at its byte %zu: a part of a fun "
			"has the tag %u, which is of another type than the "
			"part must be",
			start, node->tag);
}

static void put_terms(struct pass *pass, size_t count)
{
	for (size_t i = 0; pass->term->err == 0 && i < count; i++)
		put_term(pass, ETF_NONE);
}

static void put_atom(struct bytes *out, const struct etf_node *node)
{
	struct bytes text = BYTES_INIT;

	bytes_fail(out, etf_atom_text(node, &text));
	etf_put_atom(out, bytes_text(&text), text.len);
	bytes_free(&text);
}

/* The tag, a reference's count, the node's atom, the numbers. */
static void put_identity(struct bytes *out, const struct etf_node *node)
{
	struct etf_reader rest = { node->bytes, node->len, 0, 0 };
	struct etf_node name;
	size_t len;

	etf_read(&rest, &name);
	len = rest.len - rest.pos;
	etf_put_number(out, 1, node->tag);
	/* They follow a creation of 4 bytes or one. */
	if (node->tag == TAG_NEWER_REFERENCE || node->tag == TAG_NEW_REFERENCE)
		etf_put_number(out, 2, (len - 1) / 4);
	put_atom(out, &name);
	bytes_append(out, rest.data + rest.pos, len);
}

/* The size of all that follows, fixed fields, number of variables, parts. */
static void put_fun(struct pass *pass, const struct etf_node *node)
{
	static const enum etf_type export[] = { ETF_ATOM, ETF_ATOM,
						ETF_INTEGER };
	static const enum etf_type fun[] = { ETF_ATOM, ETF_INTEGER, ETF_INTEGER,
					     ETF_PID };
	bool is_fun = node->tag == TAG_NEW_FUN;
	struct bytes body = BYTES_INIT, *out = pass->out;

	pass->out = &body;
	if (is_fun) {
		bytes_append(&body, node->bytes + 4, node->len - 4);
		etf_put_number(&body, 4, node->children - 4);
	}
	for (size_t i = 0; i < node->children && pass->term->err == 0; i++)
		put_term(pass, !is_fun ? export[i] : i < 4 ? fun[i] : ETF_NONE);
	pass->out = out;
	etf_put_number(out, 1, node->tag);
	if (is_fun)
		etf_put_number(out, 4, body.len + 4);
	bytes_fail(out, body.err);
	bytes_append(out, body.data, body.len);
	bytes_free(&body);
}

struct pair {
	size_t at;	     /* in the body */
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

static void put_sorted(struct pass *pass, struct pair *pairs, size_t count)
{
	qsort(pairs, count, sizeof(*pairs), compare_keys);
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && compare_keys(&pairs[i - 1], &pairs[i]) == 0)
			pass->term->err = fail_because(
				EBADMSG,
				"a map with %zu keys has one key twice, which "
				"Erlang refuses: remove one",
				count);
		bytes_append(pass->out, pairs[i].data, pairs[i].len);
	}
}

static void put_map(struct pass *pass, size_t count)
{
	struct pair *pairs = calloc(count + 1, sizeof(*pairs));
	struct bytes body = BYTES_INIT, *out = pass->out;
	size_t at = 0;

	bytes_fail(out, pairs ? 0 : -ENOMEM);
	etf_put_head(out, TAG_MAP, count);
	pass->out = &body;
	for (size_t i = 0; pairs && i < count && pass->term->err == 0; i++) {
		put_term(pass, ETF_NONE);
		pairs[i].key_len = body.len - at;
		put_term(pass, ETF_NONE);
		pairs[i].len = body.len - at;
		at = body.len;
	}
	pass->out = out;
	if (bytes_fail(out, body.err) == 0 && pass->term->err == 0) {
		at = 0;
		for (size_t i = 0; i < count; at += pairs[i++].len)
			pairs[i].data = body.data + at;
		put_sorted(pass, pairs, count);
	}
	free(pairs);
	bytes_free(&body);
}

/* The tail of a list may be another list: it goes on. */
static void put_list(struct pass *pass, struct etf_node list)
{
	size_t start = pass->out->len, depth = pass->depth, count = 0;

	etf_put_head(pass->out, TAG_LIST, 0);
	for (;;) {
		for (size_t i = 0; i < list.len; i++)
			etf_put_integer(pass->out, false, list.bytes + i, 1);
		count += list.len;
		if (list.tag != TAG_LIST)
			break;
		put_terms(pass, list.children - 1);
		count += list.children - 1;
		next(pass, ETF_NONE, &list);
		if (list.type != ETF_LIST)
			break;
		pass->depth++;
	}
	pass->depth = depth;
	etf_end_list(pass->out, start, count, list.type == ETF_LIST);
	if (list.type != ETF_LIST)
		put_node(pass, &list);
}

static void put_bits(struct bytes *out, const struct etf_node *node)
{
	if (node->unused_bits == 0) {
		etf_put_binary(out, node->bytes, node->len);
		return;
	}
	etf_put_number(out, 1, TAG_BIT_BINARY);
	etf_put_number(out, 4, node->len);
	etf_put_number(out, 1, 8 - node->unused_bits);
	bytes_append(out, node->bytes, node->len - 1);
	etf_put_number(out, 1,
		       node->bytes[node->len - 1] & 0xffU << node->unused_bits);
}

static void put_parent(struct pass *pass, const struct etf_node *node)
{
	pass->depth++;
	if (node->type == ETF_TUPLE) {
		etf_put_head(pass->out, TAG_SMALL_TUPLE, node->children);
		put_terms(pass, node->children);
	} else if (node->type == ETF_MAP) {
		put_map(pass, node->children / 2);
	} else if (node->type == ETF_LIST) {
		put_list(pass, *node);
	} else {
		put_fun(pass, node);
	}
	pass->depth--;
}

static void put_node(struct pass *pass, const struct etf_node *node)
{
	switch (node->type) {
	case ETF_NONE:
		break;
	case ETF_INTEGER:
		etf_put_integer(pass->out, node->negative, node->bytes,
				node->len);
		break;
	case ETF_FLOAT:
		etf_put_float(pass->out, node->real);
		break;
	case ETF_FLOAT_TEXT:
		etf_put_number(pass->out, 1, node->tag);
		bytes_append(pass->out, node->bytes, node->len);
		break;
	case ETF_ATOM:
		put_atom(pass->out, node);
		break;
	case ETF_IDENTITY:
	case ETF_PID:
		put_identity(pass->out, node);
		break;
	case ETF_BITSTRING:
		put_bits(pass->out, node);
		break;
	case ETF_TUPLE:
	case ETF_MAP:
	case ETF_LIST:
	case ETF_FUN:
		put_parent(pass, node);
		break;
	}
}

static void put_term(struct pass *pass, enum etf_type type)
{
	struct etf_node node;

	next(pass, type, &node);
	put_node(pass, &node);
}

int etf_put_canonical(struct bytes *out, struct etf_reader *term)
{
	struct pass pass = { .term = term, .out = out };

	put_term(&pass, ETF_NONE);
	return term->err < 0 ? term->err : out->err;
}
