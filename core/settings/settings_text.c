/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_text.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_json.h"
#include "settings_number.h"

static int show_binary(const struct bytes *term, struct bytes *text)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;
	int err = etf_read(&reader, &node);

	return err < 0 ? err : bytes_append(text, node.bytes, node.len);
}

static int show_atom(const struct bytes *term, struct bytes *text)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;
	int err = etf_read(&reader, &node);

	return err < 0 ? err : etf_atom_text(&node, text);
}

static int show_json(const struct bytes *term, struct bytes *text)
{
	return json_put_term(text, term);
}

static int show_integer(const struct bytes *term, struct bytes *text)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;
	int err = etf_read(&reader, &node);

	return err < 0 ? err : number_put_integer(text, &node);
}

static int parse_binary(const char *text, size_t len, struct bytes *term)
{
	return etf_put_binary(term, text, len);
}

static int parse_atom(const char *text, size_t len, struct bytes *term)
{
	return etf_put_atom(term, text, len);
}

static const struct value_row {
	const char *type;
	int (*show)(const struct bytes *term, struct bytes *text);
	int (*parse)(const char *text, size_t len, struct bytes *term);
	const char *blank; /* text of the value that an empty file becomes */
} rows[] = {
	{ "binary", show_binary, parse_binary, "" },
	{ "atom", show_atom, parse_atom, "nil" },
	{ "integer", show_integer, number_parse_integer, "0" },
	{ "float", show_json, number_parse_float, "0.0" },
	{ "list", show_json, json_parse_term, "[]" },
	{ "tuple", show_json, json_parse_tuple, "[]" },
	{ "map", show_json, json_parse_term, "{}" },
	{ "bitstring", show_json, json_parse_term, NULL },
	{ "other", show_json, json_parse_term, NULL },
};

static const struct value_row *find_row(const char *type)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].type, type) == 0)
			return &rows[i];
	return NULL;
}

const char *value_type(const struct bytes *term)
{
	static const char *const names[] = {
		[ETF_INTEGER] = "integer",  [ETF_FLOAT] = "float",
		[ETF_FLOAT_TEXT] = "other", [ETF_ATOM] = "atom",
		[ETF_REFERENCE] = "other",  [ETF_FUN] = "other",
		[ETF_PORT] = "other",	    [ETF_PID] = "other",
		[ETF_TUPLE] = "tuple",	    [ETF_MAP] = "map",
		[ETF_LIST] = "list",
	};
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;

	if (etf_read(&reader, &node) < 0)
		return "other";
	if (node.type == ETF_BITSTRING)
		return node.unused_bits > 0 ? "bitstring" : "binary";
	return names[node.type];
}

int value_show(const struct bytes *term, struct bytes *text)
{
	return find_row(value_type(term))->show(term, text);
}

static int parse(const struct value_row *row, const char *text, size_t len,
		 struct bytes *term)
{
	struct bytes made = BYTES_INIT;
	int err = row->parse(text, len, &made);

	if (err == 0 && strcmp(value_type(&made), row->type) != 0)
		err = fail_because(
			EINVAL,
			"the text is of type %s, but the value is of type "
			"%s: write a text of that type, or set "
			"user.nerveskey.type first",
			value_type(&made), row->type);
	if (err == 0)
		bytes_move(term, &made);
	bytes_free(&made);
	return err;
}

static int no_type(const char *type)
{
	return fail_because(EINVAL,
			    "\"%s\" is not a type: write binary, atom, "
			    "integer, float, list, tuple or map",
			    type);
}

int value_parse(const char *type, const struct bytes *text, struct bytes *term)
{
	const struct value_row *row = find_row(type);
	size_t len = text->len;

	if (!row)
		return no_type(type);
	if (row->parse != parse_binary && len > 0 &&
	    text->data[len - 1] == '\n')
		len--;
	return parse(row, bytes_text(text), len, term);
}

int value_blank(const char *type, struct bytes *term)
{
	const struct value_row *row = find_row(type);

	if (!row || !row->blank)
		return no_type(type);
	return parse(row, row->blank, strlen(row->blank), term);
}
