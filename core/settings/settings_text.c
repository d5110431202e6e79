/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_text.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_json.h"
#include "settings_number.h"

/* `blank` is the text of the value that an empty file becomes. */
static const struct value_row {
	const char *type;
	enum { BINARY, ATOM, INTEGER, FLOAT, TUPLE, JSON } form;
	const char *blank;
} rows[] = {
	{ "binary", BINARY, "" },    { "atom", ATOM, "nil" },
	{ "integer", INTEGER, "0" }, { "float", FLOAT, "0.0" },
	{ "list", JSON, "[]" },	     { "tuple", TUPLE, "[]" },
	{ "map", JSON, "{}" },	     { "bitstring", JSON, NULL },
	{ "other", JSON, NULL },
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
		[ETF_ATOM] = "atom",	    [ETF_TUPLE] = "tuple",
		[ETF_MAP] = "map",	    [ETF_LIST] = "list",
		[ETF_BITSTRING] = "binary", [ETF_FUN] = NULL,
	};
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;

	etf_read(&reader, &node);
	if (node.unused_bits > 0)
		return "bitstring";
	return names[node.type] ? names[node.type] : "other";
}

int value_show(const struct bytes *term, struct bytes *text)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;

	if (etf_read(&reader, &node) < 0)
		return reader.err;
	if (node.type == ETF_ATOM)
		return etf_atom_text(&node, text);
	if (node.type == ETF_INTEGER)
		return number_put_integer(text, &node);
	if (node.type == ETF_BITSTRING && node.unused_bits == 0)
		return bytes_append(text, node.bytes, node.len);
	return json_put_term(text, term);
}

static int parse_form(const struct value_row *row, const char *text, size_t len,
		      struct bytes *term)
{
	switch (row->form) {
	case BINARY:
		return etf_put_binary(term, text, len);
	case ATOM:
		return etf_put_atom(term, text, len);
	case INTEGER:
		return number_parse_integer(text, len, term);
	case FLOAT:
		return number_parse_float(text, len, term);
	default:
		return json_parse_term(text, len, row->form == TUPLE, term);
	}
}

int value_parse(const char *type, const struct bytes *text, struct bytes *term)
{
	const struct value_row *row = find_row(type);
	const char *chars = text ? bytes_text(text) : row ? row->blank : NULL;
	size_t len = text ? text->len : chars ? strlen(chars) : 0;
	struct bytes made = BYTES_INIT;
	int err;

	if (!row || !chars)
		return fail_because(EINVAL,
				    "\"%s\" is not a type: write binary, atom, "
				    "integer, float, list, tuple or map",
				    type);
	if (row->form != BINARY && len > 0 && chars[len - 1] == '\n')
		len--;
	err = parse_form(row, chars, len, &made);
	if (err == 0 && strcmp(value_type(&made), row->type) != 0)
		err = fail_because(
			EINVAL,
			"the text is of type %s, but the value is of type "
			"%s: write a text of that type, or set "
			"user.nerveskey.type first",
			value_type(&made), row->type);
	if (err == 0)
		err = etf_keep_atoms(term, &made);
	if (err == 0)
		bytes_move(term, &made);
	bytes_free(&made);
	return err;
}

int value_change(struct bytes *term, const struct bytes *text)
{
	const char *type = value_type(term);
	struct bytes shown = BYTES_INIT;
	int err = value_show(term, &shown);

	if (err == 0 && text->len == shown.len + 1 &&
	    text->data[shown.len] == '\n' && strcmp(type, "binary") != 0)
		err = bytes_append(&shown, "\n", 1);
	if (err == 0 && !bytes_equal(&shown, text))
		err = value_parse(type, text, term);
	bytes_free(&shown);
	return err;
}
