/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_json.h"

#include <errno.h>
#include <stdio.h>
#include <jansson.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "settings_number.h"
#include "text.h"

#define TEXT_MAX (8 * ETF_MAX_LEN)

static int parse_value(const json_t *json, struct bytes *term);

/* Strings and members' names. */
static int parse_string(const char *text, size_t len, struct bytes *term)
{
	struct bytes copy = BYTES_INIT;
	uint8_t first;
	int err;

	if (len > 0 && text[0] == ':')
		return etf_put_atom(term, text + 1, len - 1);
	if (len == 0 || text[0] != '%')
		return etf_put_binary(term, text, len);
	if (len < 3 || (memcmp(text, "%3A", 3) && memcmp(text, "%25", 3)))
		return fail_because(
			EINVAL,
			"the string \"%.*s\" begins with %%, which marks an "
			"escape: write %%25 for a leading %%, and %%3A for a "
			"leading :",
			len < 40 ? (int)len : 40, text);
	hex_decode(text + 1, &first, 1);
	err = bytes_append(&copy, &first, 1);
	if (err == 0)
		err = bytes_append(&copy, text + 3, len - 3);
	if (err == 0)
		err = etf_put_binary(term, copy.data, copy.len);
	bytes_free(&copy);
	return err;
}

static int parse_elements(const json_t *array, struct bytes *term)
{
	const json_t *element;
	size_t i;
	int err = 0;

	json_array_foreach(array, i, element)
	{
		err = parse_value(element, term);
		if (err < 0)
			break;
	}
	return err;
}

/* Erlang has a shorter form for a list of bytes only. */
static bool is_bytes(const json_t *array)
{
	const json_t *element;
	size_t i;

	json_array_foreach(array, i, element)
	{
		json_int_t value = json_integer_value(element);

		if (!json_is_integer(element) || value < 0 || value > 255)
			return false;
	}
	return json_array_size(array) > 0 &&
	       json_array_size(array) <= UINT16_MAX;
}

static int parse_bytes(const json_t *array, struct bytes *term)
{
	size_t count = json_array_size(array);
	uint8_t head[] = { TAG_STRING, (uint8_t)(count >> 8), (uint8_t)count };
	const json_t *element;
	size_t i;
	int err = bytes_append(term, head, sizeof(head));

	json_array_foreach(array, i, element)
	{
		uint8_t byte = (uint8_t)json_integer_value(element);

		if (err == 0)
			err = bytes_append(term, &byte, 1);
	}
	return err;
}

static int parse_list(const json_t *array, struct bytes *term)
{
	size_t count = json_array_size(array);
	int err = 0;

	if (is_bytes(array))
		return parse_bytes(array, term);
	if (count > 0)
		err = etf_put_head(term, TAG_LIST, count);
	if (err == 0)
		err = parse_elements(array, term);
	return err < 0 ? err : bytes_append(term, &(uint8_t){ TAG_NIL }, 1);
}

static const char *json_type_name(const json_t *json)
{
	static const char *const names[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array",
		[JSON_STRING] = "a string",  [JSON_INTEGER] = "an integer",
		[JSON_REAL] = "a float",     [JSON_TRUE] = "true",
		[JSON_FALSE] = "false",	     [JSON_NULL] = "null",
	};

	return names[json_typeof(json)];
}

static int parse_tuple(const json_t *array, struct bytes *term)
{
	int err;

	if (!json_is_array(array))
		return fail_because(
			EINVAL, "the value of %%tuple is %s: write an array",
			json_type_name(array));
	err = etf_put_head(term, TAG_SMALL_TUPLE, json_array_size(array));
	return err < 0 ? err : parse_elements(array, term);
}

static int no_hex(const json_t *json)
{
	return fail_because(
		EINVAL,
		"the value of %%binary or %%term is %s%.40s: write "
		"a string with two hex digits for each byte",
		json_is_string(json) ? "the string " : json_type_name(json),
		json_is_string(json) ? json_string_value(json) : "");
}

static int parse_hex(const json_t *string, struct bytes *data)
{
	size_t len = json_string_length(string);
	int err;

	if (!json_is_string(string) || len % 2)
		return no_hex(string);
	err = bytes_resize(data, len / 2);
	if (err < 0)
		return err;
	if (hex_decode(json_string_value(string), data->data, len / 2) < 0)
		return no_hex(string);
	return 0;
}

static int parse_binary(const json_t *string, struct bytes *term)
{
	struct bytes data = BYTES_INIT;
	int err = parse_hex(string, &data);

	if (err == 0)
		err = etf_put_binary(term, data.data, data.len);
	bytes_free(&data);
	return err;
}

static int parse_raw(const json_t *string, struct bytes *term)
{
	struct bytes data = BYTES_INIT;
	int err = parse_hex(string, &data);

	if (err == 0)
		err = etf_check(data.data, data.len);
	if (err == 0)
		err = bytes_append(term, data.data, data.len);
	bytes_free(&data);
	return err;
}

static int parse_integer(const json_t *string, struct bytes *term)
{
	if (!json_is_string(string))
		return fail_because(EINVAL,
				    "the value of %%integer is %s: write a "
				    "string of decimal digits",
				    json_type_name(string));
	return number_parse_integer(json_string_value(string),
				    json_string_length(string), term);
}

static int parse_object(const json_t *object, struct bytes *term)
{
	/* Jansson's iterators take no const, but change nothing. */
	json_t *members = (json_t *)(uintptr_t)object, *value;
	const char *name;
	int err = etf_put_head(term, TAG_MAP, json_object_size(object));

	json_object_foreach(members, name, value)
	{
		if (err == 0)
			err = parse_string(name, strlen(name), term);
		if (err == 0)
			err = parse_value(value, term);
	}
	return err;
}

/* {"%tuple": ...} and others. Keys of a map never begin with a bare "%". */
static int parse_tagged(const json_t *object, struct bytes *term)
{
	static const struct {
		const char *tag;
		int (*parse)(const json_t *json, struct bytes *term);
	} tags[] = {
		{ "%tuple", parse_tuple },
		{ "%binary", parse_binary },
		{ "%integer", parse_integer },
		{ "%term", parse_raw },
	};

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		const json_t *value = json_object_get(object, tags[i].tag);

		if (value && json_object_size(object) == 1)
			return tags[i].parse(value, term);
	}
	return parse_object(object, term);
}

static int parse_number(const json_t *json, struct bytes *term)
{
	char digits[24];
	int len;

	if (json_is_real(json))
		return etf_put_float(term, json_real_value(json));
	len = snprintf(digits, sizeof(digits), "%" JSON_INTEGER_FORMAT,
		       json_integer_value(json));
	return number_parse_integer(digits, (size_t)len, term);
}

static int parse_value(const json_t *json, struct bytes *term)
{
	switch (json_typeof(json)) {
	case JSON_OBJECT:
		return parse_tagged(json, term);
	case JSON_ARRAY:
		return parse_list(json, term);
	case JSON_STRING:
		return parse_string(json_string_value(json),
				    json_string_length(json), term);
	case JSON_INTEGER:
	case JSON_REAL:
		return parse_number(json, term);
	case JSON_TRUE:
		return etf_put_atom(term, "true", 4);
	case JSON_FALSE:
		return etf_put_atom(term, "false", 5);
	case JSON_NULL:
		return etf_put_atom(term, "nil", 3);
	}
	return -EINVAL;
}

static int parse(const char *text, size_t len, bool tuple, struct bytes *term)
{
	struct bytes made = BYTES_INIT;
	json_error_t error;
	json_t *json;
	int err;

	if (len > TEXT_MAX)
		return fail_because(
			EFBIG,
			"the JSON text has %zu bytes, and at most %d are "
			"allowed: shorten it",
			len, TEXT_MAX);
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
			  &error);
	/* Jansson gives no line when memory is short. */
	if (!json && error.line < 0)
		return -ENOMEM;
	if (!json)
		return fail_because(
			EINVAL, "the text is not JSON: line %d, column %d: %s",
			error.line, error.column, error.text);
	err = tuple && json_is_array(json) ? parse_tuple(json, &made)
					   : parse_value(json, &made);
	/* Limits of depth and number, and keys that are equal as terms. */
	if (err == 0)
		err = etf_check(made.data, made.len);
	if (err == 0)
		err = bytes_append(term, made.data, made.len);
	if (err == -EBADMSG)
		err = fail_because(EINVAL, "the text cannot become a term: %s",
				   fail_reason());
	bytes_free(&made);
	json_decref(json);
	return err;
}

int json_parse_term(const char *text, size_t len, struct bytes *term)
{
	return parse(text, len, false, term);
}

int json_parse_tuple(const char *text, size_t len, struct bytes *term)
{
	return parse(text, len, true, term);
}
