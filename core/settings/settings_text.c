/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_text.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_json.h"
#include "settings_number.h"

/*
 * `blank` is the text of the value that an empty file becomes. Without `parse` it
 * is JSON.
 */
static const struct type {
	const char *name, *blank;
	int (*parse)(struct bytes *term, const char *text, size_t len);
} types[] = {
	[ETF_NONE] = { "other", NULL, NULL },
	[ETF_INTEGER] = { "integer", "0", number_parse_integer },
	[ETF_FLOAT] = { "float", "0.0", number_parse_float },
	[ETF_ATOM] = { "atom", "nil", etf_put_atom },
	[ETF_TUPLE] = { "tuple", "[]", NULL },
	[ETF_MAP] = { "map", "{}", NULL },
	[ETF_LIST] = { "list", "[]", NULL },
	[ETF_BINARY] = { "binary", "", etf_put_binary },
	[ETF_BITSTRING] = { "bitstring", NULL, NULL },
};
#define TYPES (sizeof(types) / sizeof(*types))

const char *value_type(const struct bytes *term)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;

	etf_read(&reader, &node);
	return types[node.type < TYPES ? node.type : ETF_NONE].name;
}

int value_show(const struct bytes *term, struct bytes *text)
{
	struct etf_reader reader = etf_reader(term);
	struct etf_node node;

	etf_read(&reader, &node);
	if (node.type == ETF_INTEGER)
		return number_put_integer(text, &node);
	if (node.type == ETF_ATOM || node.type == ETF_BINARY)
		return bytes_append(text, node.bytes, node.len);
	return json_put_term(text, term);
}

int value_parse(const char *name, const struct bytes *text, struct bytes *term)
{
	const struct type *type = types;
	const char *chars;
	BYTES_LOCAL(made);
	size_t len;
	int err;

	while (type < types + TYPES && strcmp(type->name, name) != 0)
		type++;
	if (type == types + TYPES || (!text && !type->blank))
		return fail_because(EINVAL,
				    "\"%s\" is not a type: write binary, atom, "
				    "integer, float, list, tuple or map",
				    name);
	chars = text ? bytes_text(text) : type->blank;
	len = text ? text->len : strlen(chars);
	if (type->parse != etf_put_binary && len > 0 && chars[len - 1] == '\n')
		len--;
	err = type->parse ? type->parse(&made, chars, len)
			  : json_parse_term(&made, chars, len,
					    type == &types[ETF_TUPLE]);
	if (err == 0 && strcmp(value_type(&made), name) != 0)
		err = fail_because(
			EINVAL,
			"the text is of type %s, but the value is of type "
			"%s: write a text of that type, or set "
			"user.nerveskey.type first",
			value_type(&made), name);
	if (err == 0)
		err = etf_keep_atoms(term, &made);
	if (err == 0)
		bytes_move(term, &made);
	return err;
}

int value_change(struct bytes *term, const struct bytes *text)
{
	const char *type = value_type(term);
	BYTES_LOCAL(shown);
	int err = value_show(term, &shown);

	if (text->len == shown.len + 1 && text->data[shown.len] == '\n' &&
	    strcmp(type, "binary") != 0)
		bytes_append(&shown, "\n", 1);
	if (err == 0 && shown.err == 0 && !bytes_equal(&shown, text))
		err = value_parse(type, text, term);
	return err < 0 ? err : shown.err;
}
