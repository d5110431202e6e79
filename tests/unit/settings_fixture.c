/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_fixture.h"

#include <stdlib.h>

#include "etf.h"
#include "text.h"

struct bytes from_text(const char *text)
{
	struct bytes b = BYTES_INIT;

	assert_int_equal(bytes_set(&b, text, strlen(text)), 0);
	return b;
}

struct bytes encoded(const struct settings *settings)
{
	struct bytes etf = BYTES_INIT;

	assert_int_equal(settings_encode(settings, &etf), 0);
	return etf;
}

int put_text(struct settings *settings, const char *name, const char *text)
{
	struct bytes value = from_text(text);
	int err = settings_put(settings, name, &value);

	bytes_free(&value);
	return err;
}

void assert_value(struct settings *settings, const char *name, const char *want)
{
	struct bytes text = BYTES_INIT;

	assert_int_equal(settings_get(settings, name, &text), 0);
	assert_string_equal(bytes_text(&text), want);
	bytes_free(&text);
}

struct bytes golden_space(const json_t *one)
{
	static const char *const slots[] = { "slot8", "slot7", "slot6",
					     "slot5" };
	struct bytes space = BYTES_INIT;

	for (size_t i = 0; i < 4; i++) {
		struct bytes slot = golden_hex(one, slots[i]);

		assert_int_equal(bytes_append(&space, slot.data, slot.len), 0);
		bytes_free(&slot);
	}
	return space;
}

struct names all_names(const struct settings *settings)
{
	struct names names = { 0 };

	for (const char *name; (name = settings_name(settings, names.count));) {
		assert_true(names.count < 200);
		names.name[names.count++] = strdup(name);
	}
	return names;
}

void free_names(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
}

struct bytes bytes_of_hex(const char *hex)
{
	struct bytes data = BYTES_INIT;

	assert_int_equal(bytes_resize(&data, strlen(hex) / 2), 0);
	assert_int_equal(hex_decode(hex, data.data, data.len), 0);
	return data;
}

struct bytes term_of_hex(const char *hex)
{
	struct bytes term = bytes_of_hex(hex);

	assert_int_equal(etf_check(term.data, term.len, NULL), 0);
	return term;
}

struct bytes map_of_len(size_t len, char fill)
{
	struct bytes value = BYTES_INIT, etf;
	struct settings *settings;

	assert_int_equal(settings_new(&settings), 0);
	assert_int_equal(bytes_resize(&value, len - 17), 0);
	memset(value.data, fill, value.len);
	assert_int_equal(settings_put(settings, "k", &value), 0);
	etf = encoded(settings);
	assert_int_equal(etf.len, len);
	bytes_free(&value);
	settings_free(settings);
	return etf;
}

size_t stride(void)
{
	const char *text = getenv("NK_STRIDE");
	long step = text ? atol(text) : 1;

	return step > 0 ? (size_t)step : 1;
}
