/* SPDX-License-Identifier: Apache-2.0 */
/* The first failure stays in term->err, and its sentence is the one shown. */
#include "settings_json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <jansson.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_number.h"
#include "text.h"

#define TEXT_MAX (8 * ETF_MAX_LEN)

static void parse_value(const json_t *json, struct bytes *term);

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
		bytes_fail(term,
			   fail_because(EINVAL,
					"the string \"%.*s\" begins with %%, "
					"which marks an escape: write %%25 for "
					"a leading %%, and %%3A for a leading "
					":",
					len < 40 ? (int)len : 40, text));
	}
}

static void parse_elements(const json_t *array, struct bytes *term)
{
	const json_t *element;
	size_t i;

	json_array_foreach(array, i, element) parse_value(element, term);
}

static void parse_list(const json_t *array, struct bytes *term)
{
	size_t start = term->len, count = json_array_size(array);

	etf_put_head(term, TAG_LIST, count);
	parse_elements(array, term);
	etf_end_list(term, start, count, true);
}

static void refuse(const json_t *json, const char *tag, const char *right,
		   struct bytes *term)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY);

	bytes_fail(term,
		   fail_because(EINVAL, "the value of %s is %.40s: write %s",
				tag, text ? text : "not right", right));
	free(text);
}

static void parse_tuple(const json_t *array, struct bytes *term)
{
	if (!json_is_array(array))
		refuse(array, "%tuple", "an array", term);
	etf_put_head(term, TAG_SMALL_TUPLE, json_array_size(array));
	parse_elements(array, term);
}

/* Of {"%binary": ...}, or else of {"%term": ...}. */
static void parse_hex(const json_t *json, const char *tag, struct bytes *term)
{
	const char *hex = json_string_value(json);
	size_t len = json_string_length(json);
	struct bytes data = BYTES_INIT;

	if (bytes_fail(term, bytes_resize(&data, len / 2)) < 0)
		return;
	if (!hex || len % 2 || hex_decode(hex, data.data, len / 2) < 0) {
		refuse(json, tag, "a string with two hex digits for each byte",
		       term);
	} else if (strcmp(tag, "%binary") == 0) {
		etf_put_binary(term, data.data, data.len);
	} else {
		bytes_fail(term, etf_check(data.data, data.len, NULL));
		bytes_append(term, data.data, data.len);
	}
	bytes_free(&data);
}

static void parse_members(json_t *object, struct bytes *term)
{
	const char *name;
	json_t *value;

	etf_put_head(term, TAG_MAP, json_object_size(object));
	json_object_foreach(object, name, value)
	{
		if (term->err < 0)
			return;
		parse_string(name, strlen(name), term);
		parse_value(value, term);
	}
}

/* A map, or {"%tuple": ...} and others. Its keys never begin with a bare "%". */
static void parse_object(const json_t *object, struct bytes *term)
{
	/* Jansson's iterators take no const, but change nothing. */
	json_t *members = (json_t *)(uintptr_t)object, *value;
	bool is_tagged = json_object_size(object) == 1;
	void *first = json_object_iter(members);
	const char *tag = is_tagged ? json_object_iter_key(first) : "";

	value = is_tagged ? json_object_iter_value(first) : NULL;
	if (strcmp(tag, "%tuple") == 0)
		parse_tuple(value, term);
	else if (strcmp(tag, "%binary") == 0 || strcmp(tag, "%term") == 0)
		parse_hex(value, tag, term);
	else if (strcmp(tag, "%integer") != 0)
		parse_members(members, term);
	else if (json_is_string(value))
		number_parse_integer(json_string_value(value),
				     json_string_length(value), term);
	else
		refuse(value, tag, "a string of decimal digits", term);
}

static void parse_value(const json_t *json, struct bytes *term)
{
	char digits[24];

	if (term->err < 0)
		return;
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		parse_object(json, term);
		break;
	case JSON_ARRAY:
		parse_list(json, term);
		break;
	case JSON_STRING:
		parse_string(json_string_value(json), json_string_length(json),
			     term);
		break;
	case JSON_INTEGER:
		snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
			 json_integer_value(json));
		number_parse_integer(digits, strlen(digits), term);
		break;
	case JSON_REAL:
		etf_put_float(term, json_real_value(json));
		break;
	case JSON_TRUE:
		etf_put_atom(term, "true", 4);
		break;
	case JSON_FALSE:
		etf_put_atom(term, "false", 5);
		break;
	case JSON_NULL:
		etf_put_atom(term, "nil", 3);
		break;
	}
}

static int load(const char *text, size_t len, json_t **json)
{
	json_error_t error;

	if (len > TEXT_MAX)
		return fail_because(
			EFBIG,
			"the JSON text has %zu bytes, and at most %d are "
			"allowed: shorten it",
			len, TEXT_MAX);
	*json = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			   &error);
	if (*json)
		return 0;
	/* Jansson gives no line when memory is short. */
	if (error.line < 0)
		return -ENOMEM;
	return fail_because(EINVAL,
			    "the text is not JSON: line %d, column %d: %s",
			    error.line, error.column, error.text);
}

int json_parse_term(const char *text, size_t len, bool tuple,
		    struct bytes *term)
{
	size_t start = term->len;
	json_t *json;
	int err = load(text, len, &json);

	if (err < 0)
		return err;
	if (tuple && json_is_array(json))
		parse_tuple(json, term);
	else
		parse_value(json, term);
	/* Limits of depth and number, and keys that are equal as terms. */
	err = term->err < 0
		      ? term->err
		      : etf_check(term->data + start, term->len - start, NULL);
	if (err == -EBADMSG)
		err = fail_because(EINVAL, "the text cannot become a term: %s",
				   fail_reason());
	json_decref(json);
	return err;
}
