/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_json.h"

#include <string.h>

#include "etf.h"
#include "settings_number.h"
#include "utf8.h"

static void put_term(struct bytes *text, struct etf_reader *term);

static void put(struct bytes *text, const char *literal)
{
	bytes_append(text, literal, strlen(literal));
}

/* Before an element, or before a member of an object. */
static void separate(struct bytes *text)
{
	if (text->len > 0 && !strchr("[{", text->data[text->len - 1]))
		put(text, ",");
}

static void put_string(struct bytes *text, const char *prefix,
		       const uint8_t *data, size_t len)
{
	bytes_printf(text, "\"%s", prefix);
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '"' || data[i] == '\\')
			bytes_printf(text, "\\%c", data[i]);
		else if (data[i] < 0x20)
			bytes_printf(text, "\\u%04x", data[i]);
		else
			bytes_append(text, data + i, 1);
	}
	put(text, "\"");
}

static void put_binary(struct bytes *text, const struct etf_node *node)
{
	uint8_t first = node->len > 0 ? node->bytes[0] : 0;

	if (first == ':' || first == '%')
		put_string(text, first == ':' ? "%3A" : "%25", node->bytes + 1,
			   node->len - 1);
	else
		put_string(text, "", node->bytes, node->len);
}

/* As a value, true, false and nil have a form of their own. */
static void put_atom(struct bytes *text, const struct etf_node *node,
		     bool is_value)
{
	struct bytes name = BYTES_INIT;
	const char *atom;

	bytes_fail(text, etf_atom_text(node, &name));
	atom = bytes_text(&name);
	is_value &= strlen(atom) == name.len;
	if (is_value && strcmp(atom, "nil") == 0)
		put(text, "null");
	else if (is_value && (!strcmp(atom, "true") || !strcmp(atom, "false")))
		put(text, atom);
	else
		put_string(text, ":", name.data, name.len);
	bytes_free(&name);
}

static void put_hex(struct bytes *text, const char *tag, const uint8_t *data,
		    size_t len)
{
	bytes_printf(text, "{\"%s\":\"", tag);
	for (size_t i = 0; i < len; i++)
		bytes_printf(text, "%02x", data[i]);
	put(text, "\"}");
}

/* The term that begins at `start`, as it is. */
static void put_raw(struct bytes *text, struct etf_reader *term,
		    struct etf_reader start)
{
	*term = start;
	etf_skip(term);
	put_hex(text, "%term", start.data + start.pos, term->pos - start.pos);
}

static void put_integer(struct bytes *text, const struct etf_node *node)
{
	bool fits = node->len < 8 || (node->len == 8 && node->bytes[7] < 0x80);

	put(text, fits ? "" : "{\"%integer\":\"");
	number_put_integer(text, node);
	put(text, fits ? "" : "\"}");
}

static void put_elements(struct bytes *text, size_t count,
			 struct etf_reader *term)
{
	for (size_t i = 0; i < count; i++) {
		separate(text);
		put_term(text, term);
	}
}

static void put_tuple(struct bytes *text, size_t count, struct etf_reader *term)
{
	put(text, "[");
	put_elements(text, count, term);
	put(text, "]");
}

static bool is_text(const struct etf_node *node)
{
	size_t points;

	return node->type == ETF_BITSTRING && node->unused_bits == 0 &&
	       utf8_is_valid(node->bytes, node->len, &points);
}

/* Whether all keys can be names of members: Jansson takes no NUL in one. */
static bool is_object(size_t pairs, struct etf_reader term)
{
	struct etf_node key;

	for (size_t i = 0; i < pairs; i++) {
		etf_read(&term, &key);
		if (key.type != ETF_ATOM && !is_text(&key))
			return false;
		if (key.len > 0 && memchr(key.bytes, '\0', key.len))
			return false;
		etf_skip(&term);
	}
	return true;
}

static void put_object(struct bytes *text, size_t pairs,
		       struct etf_reader *term)
{
	struct etf_node key;

	put(text, "{");
	for (size_t i = 0; i < pairs; i++) {
		separate(text);
		etf_read(term, &key);
		if (key.type == ETF_ATOM)
			put_atom(text, &key, false);
		else
			put_binary(text, &key);
		put(text, ":");
		put_term(text, term);
	}
	put(text, "}");
}

static void put_list(struct bytes *text, struct etf_node list,
		     struct etf_reader *term, struct etf_reader start)
{
	size_t mark = text->len;

	put(text, "[");
	for (;;) {
		for (size_t i = 0; i < list.len; i++) {
			separate(text);
			bytes_printf(text, "%u", list.bytes[i]);
		}
		if (list.tag != TAG_LIST)
			break;
		put_elements(text, list.children - 1, term);
		etf_read(term, &list);
		if (list.type != ETF_LIST) { /* improper */
			bytes_resize(text, mark);
			put_raw(text, term, start);
			return;
		}
	}
	put(text, "]");
}

static void put_term(struct bytes *text, struct etf_reader *term)
{
	struct etf_reader start = *term;
	struct etf_node node;

	etf_read(term, &node);
	if (node.type == ETF_INTEGER) {
		put_integer(text, &node);
	} else if (node.type == ETF_FLOAT) {
		number_put_float(text, node.real);
	} else if (node.type == ETF_ATOM) {
		put_atom(text, &node, true);
	} else if (node.type == ETF_TUPLE) {
		put(text, "{\"%tuple\":");
		put_tuple(text, node.children, term);
		put(text, "}");
	} else if (node.type == ETF_MAP &&
		   is_object(node.children / 2, *term)) {
		put_object(text, node.children / 2, term);
	} else if (node.type == ETF_LIST) {
		put_list(text, node, term, start);
	} else if (is_text(&node)) {
		put_binary(text, &node);
	} else if (node.type == ETF_BITSTRING && node.unused_bits == 0) {
		put_hex(text, "%binary", node.bytes, node.len);
	} else {
		put_raw(text, term, start);
	}
}

int json_put_term(struct bytes *text, const struct bytes *term)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;

	if (etf_read(&reader, &node) == 0 && node.type == ETF_TUPLE) {
		put_tuple(text, node.children, &reader);
	} else {
		reader.pos = 0;
		put_term(text, &reader);
	}
	return reader.err < 0 ? reader.err : text->err;
}
