/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of terms. Maps compare by size, then by their keys in order, then
 * by the values in the order of their keys. Funs, and what names a node, come
 * in an order of their own: Erlang's depends on the virtual machine.
 */
#include "etf.h"

#include <string.h>

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare_terms(struct etf_reader *a, struct etf_reader *b);

static int compare_bytes(const uint8_t *a, size_t len_a, const uint8_t *b,
			 size_t len_b)
{
	size_t len = len_a < len_b ? len_a : len_b;
	int order = len > 0 ? memcmp(a, b, len) : 0;

	return order != 0 ? order : ORDER(len_a, len_b);
}

static int compare_integers(const struct etf_node *a, const struct etf_node *b)
{
	int order = ORDER(a->len, b->len);

	if (a->negative != b->negative)
		return a->negative ? -1 : 1;
	for (size_t i = a->len; order == 0 && i-- > 0;)
		order = ORDER(a->bytes[i], b->bytes[i]);
	return a->negative ? -order : order;
}

static int compare_floats(const struct etf_node *a, const struct etf_node *b)
{
	if (a->real < b->real || a->real > b->real)
		return a->real < b->real ? -1 : 1;
	/* -0.0 comes before 0.0, and is another term since OTP 27. */
	return !!__builtin_signbit(b->real) - !!__builtin_signbit(a->real);
}

static int compare_atoms(const struct etf_node *a, const struct etf_node *b)
{
	size_t at_a = 0, at_b = 0;

	while (at_a < a->len && at_b < b->len) {
		uint32_t point_a = etf_atom_next(a, &at_a);
		uint32_t point_b = etf_atom_next(b, &at_b);

		if (point_a != point_b)
			return ORDER(point_a, point_b);
	}
	return (at_a < a->len) - (at_b < b->len);
}

/* The node's atom, then the numbers. */
static int compare_identities(const struct etf_node *a,
			      const struct etf_node *b)
{
	struct etf_reader rest_a = { a->bytes, a->len, 0 };
	struct etf_reader rest_b = { b->bytes, b->len, 0 };
	int order = compare_terms(&rest_a, &rest_b);

	if (order == 0)
		order = ORDER(a->tag, b->tag);
	return order != 0 ? order
			  : compare_bytes(
				    a->bytes + rest_a.pos, a->len - rest_a.pos,
				    b->bytes + rest_b.pos, b->len - rest_b.pos);
}

static uint8_t bits_at(const struct etf_node *node, size_t i)
{
	unsigned int unused = i + 1 == node->len ? node->unused_bits : 0;

	return (uint8_t)(node->bytes[i] & 0xffU << unused);
}

static int compare_bitstrings(const struct etf_node *a,
			      const struct etf_node *b)
{
	size_t bits_a = 8 * a->len - a->unused_bits;
	size_t bits_b = 8 * b->len - b->unused_bits;

	for (size_t i = 0; i < a->len && i < b->len; i++) {
		/* What both have of this byte. */
		size_t end = bits_a < bits_b ? bits_a : bits_b;
		size_t spare = end < 8 * (i + 1) ? 8 * (i + 1) - end : 0;
		uint8_t mask = (uint8_t)(0xffU << spare);
		int order = ORDER(bits_at(a, i) & mask, bits_at(b, i) & mask);

		if (order != 0)
			return order;
	}
	return ORDER(bits_a, bits_b);
}

static int compare_lists(struct etf_reader *a, const struct etf_node *head_a,
			 struct etf_reader *b, const struct etf_node *head_b)
{
	struct etf_reader *term_a, *term_b;
	struct etf_list list_a, list_b;

	etf_list_start(&list_a, a, head_a);
	etf_list_start(&list_b, b, head_b);
	for (;;) {
		enum etf_step step_a = etf_list_next(&list_a, &term_a);
		enum etf_step step_b = etf_list_next(&list_b, &term_b);
		int order;

		/* [] < [_|_] < a tail that is a bitstring; any other is less. */
		if (step_a == ETF_END && step_b == ETF_END)
			return 0;
		if (step_a == ETF_TAIL && step_b != ETF_TAIL)
			return etf_peek(term_a) > ETF_LIST ? 1 : -1;
		if (step_b == ETF_TAIL && step_a != ETF_TAIL)
			return etf_peek(term_b) > ETF_LIST ? -1 : 1;
		if (step_a != step_b)
			return step_a == ETF_END ? -1 : 1;
		order = compare_terms(term_a, term_b);
		if (order != 0 || step_a == ETF_TAIL)
			return order;
	}
}

static int compare_maps(struct etf_reader *a, struct etf_reader *b,
			size_t pairs)
{
	struct etf_reader key_a = *a, key_b = *b;
	int order = 0;

	for (size_t i = 0; order == 0 && i < pairs; i++) {
		order = compare_terms(&key_a, &key_b);
		if (order == 0) {
			etf_skip(&key_a);
			etf_skip(&key_b);
		}
	}
	for (size_t i = 0; order == 0 && i < pairs; i++) {
		etf_skip(a);
		etf_skip(b);
		order = compare_terms(a, b);
	}
	return order;
}

static int compare_children(struct etf_reader *a, const struct etf_node *head_a,
			    struct etf_reader *b, const struct etf_node *head_b)
{
	int order = ORDER(head_a->children, head_b->children);

	if (order == 0 && head_a->type == ETF_MAP)
		return compare_maps(a, b, head_a->children / 2);
	for (size_t i = 0; order == 0 && i < head_a->children; i++)
		order = compare_terms(a, b);
	return order;
}

/* The fixed fields, of which the first is only the size, then the parts. */
static int compare_funs(struct etf_reader *a, const struct etf_node *head_a,
			struct etf_reader *b, const struct etf_node *head_b)
{
	int order = ORDER(head_a->tag, head_b->tag);

	if (order == 0 && head_a->tag == TAG_NEW_FUN)
		order = compare_bytes(head_a->bytes + 4, head_a->len - 4,
				      head_b->bytes + 4, head_b->len - 4);
	return order != 0 ? order : compare_children(a, head_a, b, head_b);
}

/* Both readers are past their term when it is 0. */
static int compare_terms(struct etf_reader *a, struct etf_reader *b)
{
	struct etf_node node_a, node_b;

	etf_read(a, &node_a);
	etf_read(b, &node_b);
	if (node_a.type != node_b.type)
		return ORDER(node_a.type, node_b.type);
	switch (node_a.type) {
	case ETF_INTEGER:
		return compare_integers(&node_a, &node_b);
	case ETF_FLOAT:
		return compare_floats(&node_a, &node_b);
	case ETF_ATOM:
		return compare_atoms(&node_a, &node_b);
	case ETF_BITSTRING:
		return compare_bitstrings(&node_a, &node_b);
	case ETF_LIST:
		return compare_lists(a, &node_a, b, &node_b);
	case ETF_TUPLE:
	case ETF_MAP:
		return compare_children(a, &node_a, b, &node_b);
	case ETF_FUN:
		return compare_funs(a, &node_a, b, &node_b);
	case ETF_REFERENCE:
	case ETF_PORT:
	case ETF_PID:
		return compare_identities(&node_a, &node_b);
	}
	return 0;
}

int etf_compare(struct etf_reader a, struct etf_reader b)
{
	return compare_terms(&a, &b);
}
