/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "text.h"

#define refuse(...) fail_because(EINVAL, __VA_ARGS__)

/* `blank`: the text of an empty file's value. Without `parse` it is JSON. */
static const struct type {
	const char *name, *blank;
	int (*parse)(struct bytes *term, const char *text, size_t len);
} types[] = {
	[ETF_NONE] = { "other", NULL, NULL },
	[ETF_INTEGER] = { "integer", "0", etf_parse_integer },
	[ETF_FLOAT] = { "float", "0.0", etf_parse_float },
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
		return etf_print_integer(text, &node);
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
		return refuse("\"%s\" is not a type: write binary, atom, "
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
		err = refuse("the text is of type %s, but the value is of type "
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

static const char term_prefix[] = "%term-";
#define TERM_PREFIX_LEN (sizeof(term_prefix) - 1)

/* Whether the '%' at `i` would be read as an escape. */
static bool is_escape(const uint8_t *text, size_t len, size_t i)
{
	return text[i] == '%' && i + 2 < len && isxdigit(text[i + 1]) &&
	       isxdigit(text[i + 2]);
}

static void escape(const struct etf_node *node, bool at_front,
		   struct bytes *name)
{
	const uint8_t *text = node->bytes;
	/* Of a binary: what would look like another name, or is no name. */
	bool is_special = at_front &&
			  (text[0] == ':' || text[0] == '%' ||
			   (node->len <= 2 && !memcmp(text, "..", node->len)));

	for (size_t i = 0; i < node->len; i++) {
		if (text[i] == '\0' || text[i] == '/' ||
		    is_escape(text, node->len, i) || (i == 0 && is_special))
			bytes_printf(name, "%%%02X", text[i]);
		else
			bytes_append(name, text + i, 1);
	}
}

int settings_name_of(const struct bytes *key, struct bytes *name)
{
	struct etf_reader reader = etf_reader(key);
	uint64_t hash = 0xcbf29ce484222325;
	struct etf_node node;
	BYTES_LOCAL(canonical);
	BYTES_LOCAL(made);
	int err = etf_put_canonical(&canonical, &reader);

	if (err < 0)
		return err;
	reader = etf_reader(&canonical);
	etf_read(&reader, &node);
	if (node.tag == TAG_BINARY && node.len > 0) {
		escape(&node, true, &made);
	} else if (node.type == ETF_ATOM) {
		bytes_append(&made, ":", 1);
		escape(&node, false, &made);
	} else {
		bytes_printf(&made, "%s", term_prefix);
		for (size_t i = 0; i < canonical.len; i++)
			bytes_printf(&made, "%02x", canonical.data[i]);
	}
	/* FNV-1a: whoever writes the map can make two keys collide. */
	for (size_t i = 0; i < canonical.len; i++)
		hash = (hash ^ canonical.data[i]) * 0x100000001b3;
	if (made.len > NAME_MAX) {
		bytes_resize(&made, 0);
		bytes_printf(&made, "%%long-%016" PRIx64, hash);
	}
	if (made.err == 0)
		bytes_move(name, &made);
	return made.err;
}

static int parse_term(const char *hex, struct bytes *key)
{
	size_t len = strlen(hex) / 2;
	int err = bytes_resize(key, len);

	if (err < 0)
		return err;
	if (hex_decode(hex, key->data, len) < 0 || hex[2 * len])
		return refuse("\"%s\" follows %%term- in the name: two hex "
			      "digits are expected for each byte of a term",
			      hex);
	err = etf_check(key->data, len, NULL);
	if (err == -EBADMSG)
		return refuse("the hex digits after %%term- in the name are "
			      "not a term: %s",
			      fail_reason());
	return err;
}

static int parse_text(const char *name, struct bytes *key)
{
	bool is_atom = name[0] == ':';
	size_t len = strlen(name);
	BYTES_LOCAL(text);

	for (size_t i = is_atom; i < len; i++) {
		uint8_t byte = (uint8_t)name[i];

		if (is_escape((const uint8_t *)name, len, i)) {
			hex_decode(name + i + 1, &byte, 1);
			i += 2;
		}
		bytes_append(&text, &byte, 1);
	}
	bytes_fail(key, text.err);
	return (is_atom ? etf_put_atom : etf_put_binary)(key, bytes_text(&text),
							 text.len);
}

int settings_name_parse(const char *name, struct bytes *key)
{
	BYTES_LOCAL(made);
	BYTES_LOCAL(spelling);
	int err;

	if (strlen(name) > NAME_MAX)
		return fail_because(
			ENAMETOOLONG,
			"the name has %zu bytes, and at most %d are "
			"allowed in settings/: shorten it",
			strlen(name), NAME_MAX);
	if (strncmp(name, term_prefix, TERM_PREFIX_LEN) == 0)
		err = parse_term(name + TERM_PREFIX_LEN, &made);
	else
		err = parse_text(name, &made);
	if (err == 0)
		err = settings_name_of(&made, &spelling);
	if (err < 0)
		return err;
	if (strcmp(bytes_text(&spelling), name) != 0)
		return refuse("\"%s\" is another spelling of the name "
			      "\"%s\": use that",
			      name, bytes_text(&spelling));
	if (key)
		bytes_move(key, &made);
	return 0;
}
