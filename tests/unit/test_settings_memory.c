/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings at the end of memory: each time that bytes are added to something it
 * is refused once. Linked with --wrap (see CMakeLists.txt).
 */
#include "settings_fixture.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "fake_units.h"
#include "settings_text.h"

static unsigned long asked, refuse_at; /* 0: never */
static size_t points;

static bool refuses(void)
{
	return refuse_at > 0 && ++asked == refuse_at;
}

#define WRAP(name, refusal, parameters, arguments)                    \
	int __real_##name parameters;                                 \
	int __wrap_##name parameters;                                 \
	int __wrap_##name parameters                                  \
	{                                                             \
		return refuses() ? refusal : __real_##name arguments; \
	}

WRAP(bytes_append, bytes_fail(b, -ENOMEM),
     (struct bytes * b, const void *data, size_t len), (b, data, len))
WRAP(bytes_set, -ENOMEM, (struct bytes * b, const void *data, size_t len),
     (b, data, len))
WRAP(bytes_resize, bytes_fail(b, -ENOMEM), (struct bytes * b, size_t len),
     (b, len))

int __wrap_bytes_printf(struct bytes *b, const char *format, ...);
int __wrap_bytes_printf(struct bytes *b, const char *format, ...)
{
	va_list args;
	char *text;
	int len, err;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	assert_true(len >= 0);
	err = __wrap_bytes_append(b, text, (size_t)len);
	free(text);
	return err;
}

/* What is done with a value, and what comes of it. */
struct work {
	const char *type;
	struct bytes in;
	struct settings *map;
	struct bytes out;
};

/* At every point; in the end `out` is what it is with memory. */
static void try_all(const char *what, struct work *work,
		    int (*run)(struct work *work))
{
	int err;

	for (unsigned long at = 1;; at++) {
		bytes_free(&work->out);
		fail_clear();
		refuse_at = at;
		asked = 0;
		err = run(work);
		refuse_at = 0;
		if (asked < at)
			break;
		points++;
		if (err != -ENOMEM)
			fail_msg("%s, point %lu: %s: %s", what, at,
				 errno_name(err), fail_reason());
	}
	if (err < 0)
		fail_msg("%s: %s", what, fail_reason());
}

static int parse(struct work *work)
{
	int err = value_parse(work->type, &work->in, &work->out);

	if (err < 0)
		assert_int_equal(work->out.len, 0);
	return err;
}

static int show(struct work *work)
{
	return value_show(&work->in, &work->out);
}

static int make_name(struct work *work)
{
	int err = settings_name_of(&work->in, &work->out);

	if (err < 0)
		assert_int_equal(work->out.len, 0);
	return err;
}

static int parse_name(struct work *work)
{
	int err = settings_name_parse(bytes_text(&work->in), &work->out);

	if (err < 0)
		assert_int_equal(work->out.len, 0);
	return err;
}

#define RAW(hex) "{\"%term\":\"" hex "\"}"

static const char *const values[][2] = {
	{ "binary", "a binary" },
	{ "atom", "an atom" },
	{ "integer", "-18446744073709551616123456789" },
	{ "float", "2.5e100" },
	{ "list", "[[],[1,2],[1,[],-2],2.5,true,false,null,\":atom\"]" },
	{ "list", "[\"%3Aa\",\"%25\",\"a\\u0001\\\"\\\\\",\"\"]" },
	{ "list", "[{\"%binary\":\"00ff\"},"
		  "{\"%integer\":\"-9223372036854775809\"}]" },
	{ "list", "[1," RAW("6c0000000161016102") "]" },
	{ "tuple", "[\":ok\",{\"%tuple\":[1,2]},[\"x\"]]" },
	{ "map", "{\":a\":1,\"%25b\":{\"c\":{}},\"d\":[]}" },
	{ "map", "{\"%term\":\"74000000016101610a\"}" },
	{ "bitstring", RAW("4d0000000103a0") },
	{ "other", RAW("717701617701626102") },
	{ "other", RAW(FUN_HEAD("00000035") FUN_PARTS) },
	{ "other", RAW("5a00017701610000000000000001") },
	{ "other", RAW("720003770161"
		       "00"
		       "000000010000000200000003") },
	{ "other", RAW("67770161000000010000000000") },
};

static void values_and_names_are_refused_whole(void **state)
{
	size_t count = sizeof(values) / sizeof(*values);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		const char *text = values[i][1];
		struct work work = { .type = values[i][0],
				     .in = from_text(text) };

		try_all(text, &work, parse);
		bytes_move(&work.in, &work.out);
		try_all(text, &work, show);
		assert_string_equal(bytes_text(&work.out), text);
		try_all(text, &work, make_name);
		bytes_move(&work.in, &work.out);
		try_all(text, &work, parse_name);
		bytes_free(&work.in);
		bytes_free(&work.out);
	}
	golden_count("values", count);
}

static int decode_and_encode(struct work *work)
{
	struct settings *map;
	int err = settings_decode(work->in.data, work->in.len, &map);

	if (err < 0)
		return err;
	err = settings_encode(map, &work->out);
	settings_free(map);
	return err;
}

static int copy(struct work *work)
{
	struct settings *map;
	int err = settings_clone(work->map, &map);

	if (err < 0)
		return err;
	err = settings_encode(map, &work->out);
	settings_free(map);
	return err;
}

static void a_map_is_read_and_copied_whole_or_not(void **state)
{
	struct work work = { 0 };

	(void)state;
	assert_int_equal(settings_new(&work.map), 0);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		char name[16];

		snprintf(name, sizeof(name), "%s%zu", i % 2 ? ":" : "", i);
		assert_int_equal(put_text(work.map, name, values[i][1]), 0);
		assert_int_equal(
			settings_set_type(work.map, name, values[i][0]), 0);
	}
	work.in = encoded(work.map);
	try_all("decode", &work, decode_and_encode);
	assert_true(bytes_equal(&work.in, &work.out));
	try_all("clone", &work, copy);
	assert_true(bytes_equal(&work.in, &work.out));
	settings_free(work.map);
	bytes_free(&work.in);
	bytes_free(&work.out);
}

/* Each change of a map leaves the old one when it is refused. */
static int put_new(struct work *work)
{
	return settings_put(work->map, "new", &work->in);
}

static int put_same_type(struct work *work)
{
	return settings_put(work->map, "old", &work->in);
}

static int rename_key(struct work *work)
{
	return settings_rename(work->map, "old", "other");
}

static int set_type(struct work *work)
{
	return settings_set_type(work->map, "old", "list");
}

static void a_change_is_made_whole_or_not(void **state)
{
	static int (*const changes[])(struct work *) = {
		put_new,
		put_same_type,
		rename_key,
		set_type,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		struct work work = { .in = from_text("[2]") };
		struct bytes before, after;

		assert_int_equal(settings_new(&work.map), 0);
		assert_int_equal(put_text(work.map, "old", "[1]"), 0);
		before = encoded(work.map);
		for (unsigned long at = 1, left = 1; left; at++) {
			refuse_at = at;
			asked = 0;
			left = changes[i](&work) < 0;
			refuse_at = 0;
			after = encoded(work.map);
			assert_int_equal(bytes_equal(&before, &after), left);
			bytes_free(&after);
			points += left;
		}
		settings_free(work.map);
		bytes_free(&work.in);
		bytes_free(&before);
	}
}

/* Without a look at the old map, its tail would be taken for free. */
static void an_update_begins_with_all_its_memory(void **state)
{
	struct bytes old = map_of_len(300, 'b'), new = map_of_len(60, 'a');
	struct fake_settings chip;

	(void)state;
	fake_settings_begin(&chip, &old, NULL);
	assert_int_equal(fake_settings_load(&chip), 0);
	for (unsigned long at = 1, left = 1; left; at++) {
		refuse_at = at;
		asked = 0;
		left = fake_settings_store(&chip, &new) < 0;
		refuse_at = 0;
		assert_int_equal(chip.fake.writes == 0, left);
		assert_int_equal(asked >= at, left);
		points += left;
	}
	bytes_free(&old);
	bytes_free(&new);
}

static int tell_points(void **state)
{
	(void)state;
	printf("# no memory: %zu points tried\n", points);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_names_are_refused_whole),
		cmocka_unit_test(a_map_is_read_and_copied_whole_or_not),
		cmocka_unit_test(a_change_is_made_whole_or_not),
		cmocka_unit_test(an_update_begins_with_all_its_memory),
	};

	return cmocka_run_group_tests(tests, NULL, tell_points);
}
