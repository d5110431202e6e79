/* SPDX-License-Identifier: Apache-2.0 */
/* Terms in their canonical form: equal terms have equal bytes. */
#include "etf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static int put_atom(struct bytes *out, const struct etf_node *node)
{
	struct bytes text = BYTES_INIT;
	int err = etf_atom_text(node, &text);

	if (err == 0)
		err = etf_put_atom(out, bytes_text(&text), text.len);
	bytes_free(&text);
	return err;
}

/* The tag, a reference's count, the node's atom, the numbers. */
static int put_identity(struct bytes *out, const struct etf_node *node)
{
	struct etf_reader rest = { node->bytes, node->len, 0 };
	uint8_t tag = (uint8_t)node->tag;
	struct etf_node name;
	size_t len;
	int err;

	err = etf_read(&rest, &name);
	if (err < 0)
		return err;
	len = rest.len - rest.pos;
	err = bytes_append(out, &tag, 1);
	if (err == 0 && node->tag == TAG_NEWER_REFERENCE)
		err = bytes_append(
			out, (uint8_t[]){ 0, (uint8_t)((len - 4) / 4) }, 2);
	if (err == 0 && node->tag == TAG_NEW_REFERENCE)
		err = bytes_append(
			out, (uint8_t[]){ 0, (uint8_t)((len - 1) / 4) }, 2);
	if (err == 0)
		err = put_atom(out, &name);
	return err < 0 ? err : bytes_append(out, rest.data + rest.pos, len);
}

static int put_children(struct bytes *out, const struct etf_node *node,
			struct etf_reader *term)
{
	for (size_t i = 0; i < node->children; i++) {
		int err = etf_put_canonical(out, term);

		if (err < 0)
			return err;
	}
	return 0;
}

/* 112, size of all that follows, fixed fields, number of free variables. */
static int put_fun(struct bytes *out, const struct etf_node *node,
		   struct etf_reader *term)
{
	uint8_t tag = (uint8_t)node->tag;
	size_t start = out->len;
	int err;

	err = bytes_append(out, &tag, 1);
	if (err < 0 || node->tag == TAG_EXPORT)
		return err < 0 ? err : put_children(out, node, term);
	err = bytes_append(out, node->bytes, node->len);
	for (unsigned int shift = 32; err == 0 && shift > 0;) {
		shift -= 8;
		err = bytes_append(
			out,
			&(uint8_t){ (uint8_t)((node->children - 4) >> shift) },
			1);
	}
	if (err == 0)
		err = put_children(out, node, term);
	if (err < 0)
		return err;
	for (unsigned int i = 0; i < 4; i++)
		out->data[start + 1 + i] =
			(uint8_t)((out->len - start - 1) >> (24 - 8 * i));
	return 0;
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

static int put_sorted(struct bytes *out, struct pair *pairs, size_t count)
{
	int err = etf_put_head(out, TAG_MAP, count);

	qsort(pairs, count, sizeof(*pairs), compare_keys);
	for (size_t i = 0; err == 0 && i < count; i++) {
		if (i > 0 && compare_keys(&pairs[i - 1], &pairs[i]) == 0)
			return fail_because(
				EBADMSG,
				"a map with %zu keys has one key twice, which "
				"Erlang refuses: remove one",
				count);
		err = bytes_append(out, pairs[i].data, pairs[i].len);
	}
	return err;
}

static int put_map(struct bytes *out, const struct etf_node *node,
		   struct etf_reader *term)
{
	size_t count = node->children / 2;
	struct bytes body = BYTES_INIT;
	struct etf_reader reader;
	struct pair *pairs;
	int err;

	pairs = calloc(count + 1, sizeof(*pairs));
	if (!pairs)
		return -ENOMEM;
	err = put_children(&body, node, term);
	reader = etf_reader(&body);
	for (size_t i = 0; err == 0 && i < count; i++) {
		size_t start = reader.pos;

		pairs[i].data = body.data + start;
		etf_skip(&reader);
		pairs[i].key_len = reader.pos - start;
		etf_skip(&reader);
		pairs[i].len = reader.pos - start;
	}
	if (err == 0)
		err = put_sorted(out, pairs, count);
	free(pairs);
	bytes_free(&body);
	return err;
}

static int put_float_text(struct bytes *out, const struct etf_node *node)
{
	int err = bytes_append(out, &(uint8_t){ TAG_FLOAT }, 1);

	return err < 0 ? err : bytes_append(out, node->bytes, node->len);
}

struct list_shape {
	size_t count;
	bool bytes, improper;
};

static void look_at_list(const struct etf_node *head, struct etf_reader term,
			 struct list_shape *shape)
{
	struct etf_reader *element;
	struct etf_node node;
	struct etf_list list;
	enum etf_step step;

	*shape = (struct list_shape){ .bytes = true };
	etf_list_start(&list, &term, head);
	while ((step = etf_list_next(&list, &element)) == ETF_ELEMENT) {
		struct etf_reader peek = *element;

		etf_read(&peek, &node);
		if (node.type != ETF_INTEGER || node.negative || node.len > 1)
			shape->bytes = false;
		etf_skip(element);
		shape->count++;
	}
	shape->improper = step == ETF_TAIL;
}

static int put_string(struct bytes *out, struct etf_list *list, size_t count)
{
	uint8_t head[3] = { TAG_STRING, (uint8_t)(count >> 8), (uint8_t)count };
	struct etf_reader *element;
	int err = bytes_append(out, head, sizeof(head));

	while (err == 0 && etf_list_next(list, &element) == ETF_ELEMENT) {
		struct etf_node node;
		uint8_t byte;

		etf_read(element, &node);
		byte = node.len > 0 ? node.bytes[0] : 0;
		err = bytes_append(out, &byte, 1);
	}
	return err;
}

static int put_list(struct bytes *out, const struct etf_node *head,
		    struct etf_reader *term)
{
	struct etf_reader *element;
	struct list_shape shape;
	struct etf_list list;
	int err = 0;

	look_at_list(head, *term, &shape);
	etf_list_start(&list, term, head);
	if (shape.count > 0 && shape.count <= UINT16_MAX && shape.bytes &&
	    !shape.improper)
		return put_string(out, &list, shape.count);
	if (shape.count > 0)
		err = etf_put_head(out, TAG_LIST, shape.count);
	while (err == 0 && etf_list_next(&list, &element) != ETF_END)
		err = etf_put_canonical(out, element);
	if (err < 0 || shape.improper)
		return err;
	return bytes_append(out, &(uint8_t){ TAG_NIL }, 1);
}

static int put_bitstring(struct bytes *out, const struct etf_node *node)
{
	uint8_t head[6] = { TAG_BIT_BINARY };
	int err;

	if (node->unused_bits == 0)
		return etf_put_binary(out, node->bytes, node->len);
	for (unsigned int i = 0; i < 4; i++)
		head[1 + i] = (uint8_t)(node->len >> (24 - 8 * i));
	head[5] = (uint8_t)(8 - node->unused_bits);
	err = bytes_append(out, head, sizeof(head));
	if (err == 0)
		err = bytes_append(out, node->bytes, node->len);
	if (err == 0)
		out->data[out->len - 1] &=
			(uint8_t)(0xffU << node->unused_bits);
	return err;
}

int etf_put_canonical(struct bytes *out, struct etf_reader *term)
{
	struct etf_node node;
	int err = etf_read(term, &node);

	if (err < 0)
		return err;
	switch (node.type) {
	case ETF_INTEGER:
		return etf_put_integer(out, node.negative, node.bytes,
				       node.len);
	case ETF_FLOAT:
		return etf_put_float(out, node.real);
	case ETF_FLOAT_TEXT:
		return put_float_text(out, &node);
	case ETF_ATOM:
		return put_atom(out, &node);
	case ETF_REFERENCE:
	case ETF_PORT:
	case ETF_PID:
		return put_identity(out, &node);
	case ETF_FUN:
		return put_fun(out, &node, term);
	case ETF_TUPLE:
		err = etf_put_head(out, TAG_SMALL_TUPLE, node.children);
		return err < 0 ? err : put_children(out, &node, term);
	case ETF_MAP:
		return put_map(out, &node, term);
	case ETF_LIST:
		return put_list(out, &node, term);
	case ETF_BITSTRING:
		return put_bitstring(out, &node);
	}
	return -EBADMSG;
}
