/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_json.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "etf.h"
#include "settings_number.h"
#include "utf8.h"

static int put_term(struct bytes *text, struct etf_reader *term);

static int put(struct bytes *text, const char *literal)
{
	return bytes_append(text, literal, strlen(literal));
}

static int put_escaped(struct bytes *text, const uint8_t *data, size_t len)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < len; i++) {
		if (data[i] == '"' || data[i] == '\\')
			err = bytes_printf(text, "\\%c", data[i]);
		else if (data[i] < 0x20)
			err = bytes_printf(text, "\\u%04x", data[i]);
		else
			err = bytes_append(text, data + i, 1);
	}
	return err;
}

static int put_binary(struct bytes *text, const struct etf_node *node)
{
	int err = put(text, "\"");

	if (err == 0 && node->len > 0 && node->bytes[0] == ':')
		err = put(text, "%3A");
	else if (err == 0 && node->len > 0 && node->bytes[0] == '%')
		err = put(text, "%25");
	else if (err == 0)
		err = put_escaped(text, node->bytes, node->len > 0);
	if (err == 0 && node->len > 1)
		err = put_escaped(text, node->bytes + 1, node->len - 1);
	return err < 0 ? err : put(text, "\"");
}

static int put_atom_string(struct bytes *text, const struct etf_node *node)
{
	struct bytes name = BYTES_INIT;
	int err = etf_atom_text(node, &name);

	if (err == 0)
		err = put(text, "\":");
	if (err == 0)
		err = put_escaped(text, name.data, name.len);
	if (err == 0)
		err = put(text, "\"");
	bytes_free(&name);
	return err;
}

static int put_atom(struct bytes *text, const struct etf_node *node)
{
	static const struct {
		const char *atom, *json;
	} constants[] = {
		{ "true", "true" },
		{ "false", "false" },
		{ "nil", "null" },
	};

	for (size_t i = 0; i < sizeof(constants) / sizeof(*constants); i++)
		if (node->len == strlen(constants[i].atom) &&
		    memcmp(node->bytes, constants[i].atom, node->len) == 0)
			return put(text, constants[i].json);
	return put_atom_string(text, node);
}

static int put_hex(struct bytes *text, const char *tag, const uint8_t *data,
		   size_t len)
{
	int err = bytes_printf(text, "{\"%s\":\"", tag);

	for (size_t i = 0; err == 0 && i < len; i++)
		err = bytes_printf(text, "%02x", data[i]);
	return err < 0 ? err : put(text, "\"}");
}

/* The term that begins at `start`, as it is. */
static int put_raw(struct bytes *text, struct etf_reader *term,
		   struct etf_reader start)
{
	*term = start;
	etf_skip(term);
	return put_hex(text, "%term", start.data + start.pos,
		       term->pos - start.pos);
}

static bool fits_int64(const struct etf_node *node)
{
	return node->len < 8 || (node->len == 8 && node->bytes[7] < 0x80);
}

static int put_integer(struct bytes *text, const struct etf_node *node)
{
	int err;

	if (fits_int64(node))
		return number_put_integer(text, node);
	err = put(text, "{\"%integer\":\"");
	if (err == 0)
		err = number_put_integer(text, node);
	return err < 0 ? err : put(text, "\"}");
}

/* `count` terms, separated by commas. */
static int put_terms(struct bytes *text, size_t count, struct etf_reader *term)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < count; i++) {
		if (i > 0)
			err = put(text, ",");
		if (err == 0)
			err = put_term(text, term);
	}
	return err;
}

static int put_tuple(struct bytes *text, const struct etf_node *node,
		     struct etf_reader *term)
{
	int err = put(text, "[");

	if (err == 0)
		err = put_terms(text, node->children, term);
	return err < 0 ? err : put(text, "]");
}

/* Whether the key can be a member's name: Jansson takes no NUL in one. */
static bool is_member_name(struct etf_reader key)
{
	struct etf_node node;
	size_t points;

	if (etf_read(&key, &node) < 0)
		return false;
	if (node.len > 0 && memchr(node.bytes, '\0', node.len))
		return false;
	return node.type == ETF_ATOM ||
	       (node.type == ETF_BITSTRING && node.unused_bits == 0 &&
		utf8_is_valid(node.bytes, node.len, &points));
}

static int put_member_name(struct bytes *text, struct etf_reader *key)
{
	struct etf_node node;
	int err = etf_read(key, &node);

	if (err < 0)
		return err;
	return node.type == ETF_ATOM ? put_atom_string(text, &node)
				     : put_binary(text, &node);
}

static int put_object(struct bytes *text, size_t pairs, struct etf_reader *term)
{
	int err = put(text, "{");

	for (size_t i = 0; err == 0 && i < pairs; i++) {
		if (i > 0)
			err = put(text, ",");
		if (err == 0)
			err = put_member_name(text, term);
		if (err == 0)
			err = put(text, ":");
		if (err == 0)
			err = put_term(text, term);
	}
	return err < 0 ? err : put(text, "}");
}

static int put_map(struct bytes *text, const struct etf_node *node,
		   struct etf_reader *term, struct etf_reader start)
{
	struct etf_reader key = *term;
	size_t pairs = node->children / 2;

	for (size_t i = 0; i < pairs; i++) {
		if (!is_member_name(key))
			return put_raw(text, term, start);
		etf_skip(&key);
		etf_skip(&key);
	}
	return put_object(text, pairs, term);
}

static int put_list(struct bytes *text, const struct etf_node *node,
		    struct etf_reader *term, struct etf_reader start)
{
	size_t mark = text->len;
	struct etf_reader *element;
	struct etf_list list;
	enum etf_step step;
	int err = put(text, "[");

	etf_list_start(&list, term, node);
	while (err == 0 && (step = etf_list_next(&list, &element)) != ETF_END) {
		if (step == ETF_TAIL) { /* improper */
			err = bytes_resize(text, mark);
			return err < 0 ? err : put_raw(text, term, start);
		}
		if (text->len > mark + 1)
			err = put(text, ",");
		if (err == 0)
			err = put_term(text, element);
	}
	return err < 0 ? err : put(text, "]");
}

static int put_term(struct bytes *text, struct etf_reader *term)
{
	struct etf_reader start = *term;
	struct etf_node node;
	size_t points;
	int err = etf_read(term, &node);

	if (err < 0)
		return err;
	switch (node.type) {
	case ETF_INTEGER:
		return put_integer(text, &node);
	case ETF_FLOAT:
		return number_put_float(text, node.real);
	case ETF_ATOM:
		return put_atom(text, &node);
	case ETF_TUPLE:
		err = put(text, "{\"%tuple\":");
		if (err == 0)
			err = put_tuple(text, &node, term);
		return err < 0 ? err : put(text, "}");
	case ETF_MAP:
		return put_map(text, &node, term, start);
	case ETF_LIST:
		return put_list(text, &node, term, start);
	case ETF_BITSTRING:
		if (node.unused_bits > 0)
			break;
		return utf8_is_valid(node.bytes, node.len, &points)
			       ? put_binary(text, &node)
			       : put_hex(text, "%binary", node.bytes, node.len);
	case ETF_FLOAT_TEXT:
	case ETF_REFERENCE:
	case ETF_FUN:
	case ETF_PORT:
	case ETF_PID:
		break;
	}
	return put_raw(text, term, start);
}

int json_put_term(struct bytes *text, const struct bytes *term)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;
	int err = etf_read(&reader, &node);

	if (err < 0)
		return err;
	if (node.type == ETF_TUPLE)
		return put_tuple(text, &node, &reader);
	reader.pos = 0;
	return put_term(text, &reader);
}
