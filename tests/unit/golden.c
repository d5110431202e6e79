/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <stdio.h>
#include <stdlib.h>

#include "text.h"

json_t *golden_json(const char *path)
{
	char full[512];
	json_error_t error;
	json_t *json;

	snprintf(full, sizeof(full), "%s/%s", GOLDEN_DIR, path);
	json = json_load_file(full, JSON_ALLOW_NUL, &error);
	if (!json)
		fail_msg("%s:%d: %s", full, error.line, error.text);
	return json;
}

struct bytes golden_file(const char *path)
{
	struct bytes content = BYTES_INIT;
	char full[512], piece[1024];
	size_t len;
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", GOLDEN_DIR, path);
	file = fopen(full, "rb");
	if (!file)
		fail_msg("cannot open %s", full);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		assert_int_equal(bytes_append(&content, piece, len), 0);
	fclose(file);
	return content;
}

const char *golden_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	if (!text)
		fail_msg("no string member \"%s\"", member);
	return text;
}

const json_t *golden_named(const json_t *array, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach(array, i, one)
	{
		if (strcmp(golden_text(one, "name"), name) == 0)
			return one;
	}
	fail_msg("no object named \"%s\"", name);
	return NULL;
}

struct bytes golden_hex(const json_t *object, const char *member)
{
	const char *hex = golden_text(object, member);
	struct bytes data = BYTES_INIT;

	assert_int_equal(bytes_resize(&data, strlen(hex) / 2), 0);
	assert_int_equal(hex_decode(hex, data.data, data.len), 0);
	return data;
}

bool golden_has(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);

	return value && !json_is_null(value);
}

void golden_count(const char *name, size_t cases)
{
	printf("%s: %zu cases\n", name, cases);
	assert_true(cases > 0);
}

static void print_hex(const char *label, const uint8_t *data, size_t len)
{
	fprintf(stderr, "%s (%zu): ", label, len);
	for (size_t i = 0; i < len; i++)
		fprintf(stderr, "%02x", data[i]);
	fputc('\n', stderr);
}

void golden_assert_bytes(const void *got, size_t got_len,
			 const struct bytes *want, const char *file, int line)
{
	if (got_len == want->len &&
	    (got_len == 0 || memcmp(got, want->data, got_len) == 0))
		return;
	print_hex("got ", got, got_len);
	print_hex("want", want->data, want->len);
	_fail(file, line);
}
