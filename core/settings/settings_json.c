/* SPDX-License-Identifier: Apache-2.0 */
/* Jansson reads the JSON. It cannot write floats with the fewest digits. */
#include "settings_text.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <jansson.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "text.h"
#include "utf8.h"

static void put_term(struct bytes *text, struct etf_reader *term, bool is_top);
static void parse_value(json_t *json, struct bytes *term);

/* Before an element, or before a member of an object. */
static void separate(struct bytes *text)
{
	if (text->len > 0 && !strchr("[{", text->data[text->len - 1]))
		bytes_printf(text, ",");
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
	bytes_printf(text, "\"");
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
	static const char *const words[][2] = { { "nil", "null" },
						{ "true", "true" },
						{ "false", "false" } };

	for (size_t i = 0; is_value && i < 3; i++) {
		if (strlen(words[i][0]) != node->len ||
		    memcmp(words[i][0], node->bytes, node->len) != 0)
			continue;
		bytes_printf(text, "%s", words[i][1]);
		return;
	}
	put_string(text, ":", node->bytes, node->len);
}

static void put_hex(struct bytes *text, const char *tag, const uint8_t *data,
		    size_t len)
{
	bytes_printf(text, "{\"%s\":\"", tag);
	for (size_t i = 0; i < len; i++)
		bytes_printf(text, "%02x", data[i]);
	bytes_printf(text, "\"}");
}

static void put_integer(struct bytes *text, const struct etf_node *node)
{
	bool fits = node->len < 8 || (node->len == 8 && node->bytes[7] < 0x80);

	bytes_printf(text, fits ? "" : "{\"%%integer\":\"");
	etf_print_integer(text, node);
	bytes_printf(text, fits ? "" : "\"}");
}

static void put_elements(struct bytes *text, size_t count,
			 struct etf_reader *term)
{
	for (size_t i = 0; i < count; i++) {
		separate(text);
		put_term(text, term, false);
	}
}

static bool is_text(const struct etf_node *node)
{
	size_t points;

	return node->type == ETF_BINARY &&
	       utf8_is_valid(node->bytes, node->len, &points);
}

/* False: Jansson takes no NUL in the name of a member, and only text. */
static bool put_object(struct bytes *text, const struct etf_node *map,
		       struct etf_reader *term)
{
	struct etf_node key;

	bytes_printf(text, "{");
	for (size_t i = 0; i < map->children; i += 2) {
		separate(text);
		etf_read(term, &key);
		if (key.len > 0 && memchr(key.bytes, '\0', key.len))
			return false;
		if (key.type == ETF_ATOM)
			put_atom(text, &key, false);
		else if (is_text(&key))
			put_binary(text, &key);
		else
			return false;
		bytes_printf(text, ":");
		put_term(text, term, false);
	}
	bytes_printf(text, "}");
	return true;
}

/* False: it is an improper one. */
static bool put_list(struct bytes *text, struct etf_node list,
		     struct etf_reader *term)
{
	bytes_printf(text, "[");
	while (list.tag == TAG_LIST) {
		put_elements(text, list.children - 1, term);
		etf_read(term, &list);
	}
	for (size_t i = 0; list.type == ETF_LIST && i < list.len; i++) {
		separate(text);
		bytes_printf(text, "%u", list.bytes[i]);
	}
	bytes_printf(text, "]");
	return list.type == ETF_LIST;
}

static void put_term(struct bytes *text, struct etf_reader *term, bool is_top)
{
	size_t start = term->pos, mark = text->len;
	struct etf_node node;

	etf_read(term, &node);
	if (node.type == ETF_INTEGER) {
		put_integer(text, &node);
	} else if (node.type == ETF_FLOAT) {
		etf_print_float(text, node.real);
	} else if (node.type == ETF_ATOM) {
		put_atom(text, &node, true);
	} else if (node.type == ETF_TUPLE) {
		bytes_printf(text, is_top ? "[" : "{\"%%tuple\":[");
		put_elements(text, node.children, term);
		bytes_printf(text, is_top ? "]" : "]}");
	} else if (is_text(&node)) {
		put_binary(text, &node);
	} else if (node.type == ETF_BINARY) {
		put_hex(text, "%binary", node.bytes, node.len);
	} else if ((node.type != ETF_MAP || !put_object(text, &node, term)) &&
		   (node.type != ETF_LIST || !put_list(text, node, term))) {
		bytes_resize(text, mark);
		term->pos = start;
		etf_skip(term);
		put_hex(text, "%term", term->data + start, term->pos - start);
	}
}

int json_put_term(struct bytes *text, const struct bytes *term)
{
	struct etf_reader reader = etf_reader(term);

	put_term(text, &reader, true);
	return text->err;
}

/* Strings and members' names. */
static void parse_string(const char *text, size_t len, struct bytes *term)
{
	if (len > 0 && text[0] == ':') {
		etf_put_atom(term, text + 1, len - 1);
	} else if (len == 0 || text[0] != '%') {
		etf_put_binary(term, text, len);
	} else if (len >= 3 &&
		   (!memcmp(text, "%3A", 3) || !memcmp(text, "%25", 3))) {
		etf_put_head(term, TAG_BINARY, len - 2);
		etf_put_number(term, 1, text[1] == '3' ? ':' : '%');
		bytes_append(term, text + 3, len - 3);
	} else {
		etf_refuse(
			term, EINVAL,
			"the string \"%.*s\" begins with %%, which marks an "
			"escape: write %%25 for a leading %%, and %%3A for a "
			"leading :",
			len < 40 ? (int)len : 40, text);
	}
}

static void parse_elements(json_t *array, enum etf_tag head, struct bytes *term)
{
	json_t *element;
	size_t i;

	etf_put_head(term, head, json_array_size(array));
	json_array_foreach(array, i, element) parse_value(element, term);
}

static void refuse(json_t *json, const char *tag, const char *right,
		   struct bytes *term)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY);

	etf_refuse(term, EINVAL, "the value of %s is %.40s: write %s", tag,
		   text ? text : "not right", right);
	free(text);
}

/* Of {"%binary": ...}, or else of {"%term": ...}. */
static void parse_hex(json_t *json, const char *tag, struct bytes *term)
{
	const char *hex = json_string_value(json);
	size_t len = json_string_length(json);
	BYTES_LOCAL(data);

	if (bytes_fail(term, bytes_resize(&data, len / 2)) < 0)
		return;
	if (!hex || len % 2 || hex_decode(hex, data.data, len / 2) < 0) {
		refuse(json, tag, "a string with two hex digits for each byte",
		       term);
	} else if (strcmp(tag, "%binary") == 0) {
		etf_put_binary(term, bytes_text(&data), data.len);
	} else {
		bytes_fail(term, etf_check(data.data, data.len, NULL));
		bytes_append(term, data.data, data.len);
	}
}

/* A map, or {"%tuple": ...} and others. Its keys never begin with a bare "%". */
static void parse_object(json_t *object, struct bytes *term)
{
	size_t count = json_object_size(object);
	const char *name = "";
	json_t *value = NULL;

	if (count == 1) {
		name = json_object_iter_key(json_object_iter(object));
		value = json_object_get(object, name);
	}
	if (strcmp(name, "%binary") == 0 || strcmp(name, "%term") == 0)
		return parse_hex(value, name, term);
	if (strcmp(name, "%tuple") == 0 && !json_is_array(value))
		return refuse(value, name, "an array", term);
	if (strcmp(name, "%tuple") == 0)
		return parse_elements(value, TAG_SMALL_TUPLE, term);
	if (strcmp(name, "%integer") == 0 && !json_is_string(value))
		return refuse(value, name, "a string of decimal digits", term);
	if (strcmp(name, "%integer") == 0) {
		etf_parse_integer(term, json_string_value(value),
				  json_string_length(value));
		return;
	}
	etf_put_head(term, TAG_MAP, count);
	json_object_foreach(object, name, value)
	{
		if (term->err < 0)
			return;
		parse_string(name, strlen(name), term);
		parse_value(value, term);
	}
}

static void parse_value(json_t *json, struct bytes *term)
{
	static const char *const atoms[] = { [JSON_TRUE] = "true",
					     [JSON_FALSE] = "false",
					     [JSON_NULL] = "nil" };
	json_type type = json_typeof(json);
	json_int_t number = json_integer_value(json);
	uint64_t magnitude =
		htole64(number < 0 ? -(uint64_t)number : (uint64_t)number);
	size_t start = term->len;

	if (term->err < 0)
		return;
	if (type == JSON_OBJECT) {
		parse_object(json, term);
	} else if (type == JSON_ARRAY) {
		parse_elements(json, TAG_LIST, term);
		etf_end_list(term, start, json_array_size(json), true);
	} else if (type == JSON_STRING) {
		parse_string(json_string_value(json), json_string_length(json),
			     term);
	} else if (type == JSON_INTEGER) {
		etf_put_integer(term, number < 0, (uint8_t *)&magnitude,
				sizeof(magnitude));
	} else if (type == JSON_REAL) {
		etf_put_float(term, json_real_value(json));
	} else {
		etf_put_atom(term, atoms[type], strlen(atoms[type]));
	}
}

int json_parse_term(struct bytes *term, const char *text, size_t len,
		    bool tuple)
{
	size_t start = term->len;
	json_error_t error;
	json_t *json;
	int err;

	json = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			  &error);
	/* Jansson gives no line when memory is short. */
	if (!json && error.line < 0)
		return -ENOMEM;
	if (!json)
		return fail_because(
			EINVAL, "the text is not JSON: line %d, column %d: %s",
			error.line, error.column, error.text);
	if (tuple && json_is_array(json))
		parse_elements(json, TAG_SMALL_TUPLE, term);
	else
		parse_value(json, term);
	json_decref(json);
	/* Limits of depth and number, and keys that are equal as terms. */
	err = term->err < 0
		      ? term->err
		      : etf_check(term->data + start, term->len - start, NULL);
	if (err == -EBADMSG)
		err = fail_because(EINVAL, "the text cannot become a term: %s",
				   fail_reason());
	return err;
}
