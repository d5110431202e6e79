/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile bytes: truncated, changed, or badly compressed. */
#include "golden.h"

#include <errno.h>
#include <zlib.h>

#include "etf.h"
#include "settings.h"
#include "settings_text.h"

/* Any bytes are refused, or are a term that can be read again. */
static bool holds_together(const uint8_t *data, size_t len)
{
	struct bytes term = BYTES_INIT, once = BYTES_INIT, twice = BYTES_INIT;
	struct etf_reader reader;
	size_t used = 0;
	int err = etf_unpack(data, len, &term, &used);

	if (err < 0) {
		assert_int_equal(err, -EBADMSG);
		return false;
	}
	assert_true(used <= len);
	assert_int_equal(etf_check(term.data, term.len, NULL), 0);
	reader = etf_reader(&term);
	assert_int_equal(etf_put_canonical(&once, &reader), 0);
	assert_int_equal(etf_check(once.data, once.len, NULL), 0);
	reader = etf_reader(&once);
	assert_int_equal(etf_put_canonical(&twice, &reader), 0);
	assert_true(bytes_equal(&once, &twice));
	bytes_free(&term);
	bytes_free(&once);
	bytes_free(&twice);
	return true;
}

static void change_every_byte(const struct bytes *etf, size_t *taken,
			      size_t *refused)
{
	static const uint8_t values[] = {
		0,   1,	  0x7f, 0x80, 0xff, 97,	 98, 99, 100, 104, 106,
		107, 108, 109,	110,  116,  119, 77, 88, 112, 113
	};

	for (size_t i = 1; i < etf->len; i++) {
		uint8_t old = etf->data[i];

		for (size_t j = 0; j < sizeof(values); j++) {
			etf->data[i] = values[j];
			if (holds_together(etf->data, etf->len))
				++*taken;
			else
				++*refused;
		}
		etf->data[i] = old;
	}
}

static void a_changed_byte_is_refused_or_another_term(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i, taken = 0, refused = 0;

	(void)state;
	json_array_foreach(json_object_get(golden, "put"), i, one)
	{
		struct bytes etf = golden_hex(one, "etf");

		if (etf.len < 300)
			change_every_byte(&etf, &taken, &refused);
		bytes_free(&etf);
	}
	golden_count("changed bytes, taken", taken);
	golden_count("changed bytes, refused", refused);
	json_decref(golden);
}

static void a_term_that_is_cut_short_is_refused(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i, count = 0;

	(void)state;
	json_array_foreach(json_object_get(golden, "put"), i, one)
	{
		struct bytes etf = golden_hex(one, "etf");

		for (size_t len = 0; len < etf.len; len++, count++) {
			struct bytes term = BYTES_INIT;
			size_t used;
			/* Its own allocation: a read past it is seen. */
			struct bytes cut = BYTES_INIT;

			assert_int_equal(bytes_set(&cut, etf.data, len), 0);
			assert_int_equal(
				etf_unpack(cut.data, len, &term, &used),
				-EBADMSG);
			bytes_free(&cut);
		}
		bytes_free(&etf);
	}
	golden_count("cut terms", count);
	json_decref(golden);
}

/* 131, 80, `size`, zlib of `plain`. */
static struct bytes compressed(const struct bytes *plain, size_t size)
{
	uLongf len = compressBound(plain->len);
	struct bytes etf = BYTES_INIT;
	uint8_t head[] = { ETF_VERSION,		  TAG_COMPRESSED,
			   (uint8_t)(size >> 24), (uint8_t)(size >> 16),
			   (uint8_t)(size >> 8),  (uint8_t)size };

	assert_int_equal(bytes_append(&etf, head, sizeof(head)), 0);
	assert_int_equal(bytes_resize(&etf, sizeof(head) + len), 0);
	assert_int_equal(compress2(etf.data + sizeof(head), &len, plain->data,
				   plain->len, 9),
			 Z_OK);
	assert_int_equal(bytes_resize(&etf, sizeof(head) + len), 0);
	return etf;
}

static int unpack(const struct bytes *etf)
{
	struct bytes term = BYTES_INIT;
	size_t used = 0;
	int err = etf_unpack(etf->data, etf->len, &term, &used);

	bytes_free(&term);
	return err;
}

static void compressed_terms_are_exactly_as_long_as_they_say(void **state)
{
	struct bytes plain = BYTES_INIT, etf;

	(void)state;
	assert_int_equal(etf_put_binary(&plain, "0123456789", 10), 0);
	for (size_t size = 0; size < 40; size++) {
		etf = compressed(&plain, size);
		assert_int_equal(unpack(&etf),
				 size == plain.len ? 0 : -EBADMSG);
		bytes_free(&etf);
	}
	etf = compressed(&plain, plain.len);
	for (size_t len = 0; len < etf.len; len++) {
		struct bytes cut = { etf.data, len, len, 0 };

		assert_int_equal(unpack(&cut), -EBADMSG);
	}
	etf.data[etf.len - 1] ^= 1; /* Adler-32 */
	assert_int_equal(unpack(&etf), -EBADMSG);
	bytes_free(&etf);
	bytes_free(&plain);
}

static void a_compressed_bomb_is_refused(void **state)
{
	struct bytes plain = BYTES_INIT, etf;

	(void)state;
	for (size_t len = ETF_MAX_LEN - 1; len < ETF_MAX_LEN + 2; len++) {
		assert_int_equal(bytes_resize(&plain, 0), 0);
		assert_int_equal(bytes_resize(&plain, len - 5), 0);
		etf = (struct bytes)BYTES_INIT;
		assert_int_equal(
			etf_put_binary(&etf, bytes_text(&plain), plain.len), 0);
		bytes_move(&plain, &etf);
		etf = compressed(&plain, plain.len);
		assert_true(etf.len < 524);
		assert_int_equal(unpack(&etf),
				 len <= ETF_MAX_LEN ? 0 : -EBADMSG);
		bytes_free(&etf);
	}
	bytes_free(&plain);
}

/* Others wait while it is converted, in the square of its length. */
static void a_compressed_number_of_many_digits_is_shown(void **state)
{
	struct bytes digits = BYTES_INIT, plain = BYTES_INIT, etf;
	struct bytes text = BYTES_INIT;

	(void)state;
	assert_int_equal(bytes_resize(&digits, ETF_MAX_LEN - 6), 0);
	memset(digits.data, 0xff, digits.len);
	assert_int_equal(
		etf_put_integer(&plain, false, digits.data, digits.len), 0);
	etf = compressed(&plain, plain.len);
	assert_true(etf.len < SETTINGS_SPACE_MAX);
	assert_int_equal(unpack(&etf), 0);
	assert_int_equal(value_show(&plain, &text), 0);
	assert_int_equal(text.len, 157812); /* of 2 ** 524240 */
	bytes_free(&text);
	bytes_free(&etf);
	bytes_free(&plain);
	bytes_free(&digits);
}

/* Compressed within compressed, and a version within, are no terms. */
static void compression_is_not_nested(void **state)
{
	struct bytes plain = BYTES_INIT, inner, outer, rest;

	(void)state;
	assert_int_equal(etf_put_head(&plain, TAG_MAP, 0), 0);
	inner = compressed(&plain, plain.len);
	rest = (struct bytes){ inner.data + 1, inner.len - 1, 0, 0 };
	outer = compressed(&rest, rest.len);
	assert_int_equal(unpack(&outer), -EBADMSG);
	bytes_free(&outer);
	outer = compressed(&inner, inner.len);
	assert_int_equal(unpack(&outer), -EBADMSG);
	bytes_free(&outer);
	bytes_free(&inner);
	bytes_free(&plain);
}

/*
 * The bytes that cause the most work: two equal keys, each a map with as many
 * keys as possible, which are compared in order. Without a bound this would take
 * minutes, and the time limit of the test would end it.
 */
static void maps_in_keys_are_compared_in_bounded_time(void **state)
{
	struct bytes term = BYTES_INIT;
	struct settings *settings;

	(void)state;
	assert_int_equal(bytes_append(&term, "\x83", 1), 0);
	assert_int_equal(etf_put_head(&term, TAG_MAP, 2), 0);
	for (size_t key = 0; key < 2; key++) {
		size_t pairs = (ETF_MAX_NODES - 10) / 4;

		assert_int_equal(etf_put_head(&term, TAG_MAP, pairs), 0);
		for (size_t i = pairs; i > 0; i--) {
			uint8_t magnitude[2] = { (uint8_t)i,
						 (uint8_t)(i >> 8) };

			assert_int_equal(
				etf_put_integer(&term, false, magnitude, 2), 0);
			assert_int_equal(
				bytes_append(&term, &(uint8_t){ TAG_NIL }, 1),
				0);
		}
		assert_int_equal(etf_put_atom(&term, "value", 5), 0);
	}
	assert_int_equal(settings_decode(term.data, term.len, &settings),
			 -EUCLEAN);
	bytes_free(&term);
}

/*
 * Two keys as deep as the chip's space allows, which differ only in the innermost
 * term. If each level doubled the cost, this would never end.
 */
static void maps_in_keys_of_maps_are_compared_in_bounded_time(void **state)
{
	struct bytes etf = BYTES_INIT;
	struct settings *settings;

	(void)state;
	assert_int_equal(bytes_append(&etf, "\x83t\0\0\0\2", 6), 0);
	for (char last = 1; last <= 2; last++) {
		for (int depth = 0; depth < 30; depth++)
			assert_int_equal(bytes_append(&etf, "t\0\0\0\2", 5), 0);
		assert_int_equal(bytes_append(&etf, "a", 2), 0);
		/* That key's value, then a greater key and its own. */
		for (int depth = 1; depth < 30; depth++)
			assert_int_equal(bytes_append(&etf, "jjj", 3), 0);
		assert_int_equal(bytes_append(&etf, "jja", 3), 0);
		assert_int_equal(bytes_append(&etf, &last, 1), 0);
		assert_int_equal(bytes_append(&etf, "j", 1), 0);
	}
	assert_true(etf.len <= SETTINGS_SPACE_MAX);
	assert_int_equal(settings_decode(etf.data, etf.len, &settings), 0);
	settings_free(settings);
	bytes_free(&etf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_byte_is_refused_or_another_term),
		cmocka_unit_test(a_term_that_is_cut_short_is_refused),
		cmocka_unit_test(
			compressed_terms_are_exactly_as_long_as_they_say),
		cmocka_unit_test(a_compressed_bomb_is_refused),
		cmocka_unit_test(a_compressed_number_of_many_digits_is_shown),
		cmocka_unit_test(compression_is_not_nested),
		cmocka_unit_test(maps_in_keys_are_compared_in_bounded_time),
		cmocka_unit_test(
			maps_in_keys_of_maps_are_compared_in_bounded_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
