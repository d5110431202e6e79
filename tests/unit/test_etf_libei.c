/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erlang's own C library as the oracle: the codec reads random terms that libei
 * writes, and libei reads what the codec writes for them.
 */
#include "golden.h"

#include <ei.h>
#include <stdio.h>
#include <stdlib.h>

#include "error.h"
#include "etf.h"
#include "settings_text.h"

#define TERMS 4000

static uint32_t seed = 20261122;

static unsigned int below(unsigned int limit)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % limit;
}

static void random_term(ei_x_buff *out, unsigned int depth);

static void random_integer(ei_x_buff *out)
{
	long long value = (long long)below(1U << 24) << below(40);

	ei_x_encode_longlong(out, below(2) ? value : -value);
}

static void random_float(ei_x_buff *out)
{
	double value = (double)below(1U << 24) - (1 << 23);

	for (unsigned int i = below(60); i > 0; i--)
		value *= below(2) ? 0.1 : 7.3;
	ei_x_encode_double(out, value);
}

/* Of Latin-1's characters: libei cannot print others. */
static void random_atom(ei_x_buff *out)
{
	static const char *const names[] = {
		"true", "nil", "", "a b", ":x", "\xc3\xa9t\xc3\xa9", "\xc3\xbf"
	};
	const char *name = names[below(sizeof(names) / sizeof(*names))];
	erlang_char_encoding to = below(2) ? ERLANG_UTF8 : ERLANG_LATIN1;

	ei_x_encode_atom_len_as(out, name, (int)strlen(name), ERLANG_UTF8, to);
}

static void random_binary(ei_x_buff *out)
{
	char data[40];
	unsigned int len = below(sizeof(data));

	for (unsigned int i = 0; i < len; i++)
		data[i] = (char)(below(3) ? 'a' + below(26) : below(256));
	if (len > 0 && below(6) == 0)
		ei_x_encode_bitstring(out, data, 0, 8 * len - below(8));
	else
		ei_x_encode_binary(out, data, (int)len);
}

static void random_big(ei_x_buff *out)
{
	erlang_big *big = ei_alloc_big(1 + below(20) * 2);

	assert_non_null(big);
	for (unsigned int i = 0; i < (big->arity + 1) / 2; i++)
		((unsigned short *)big->digits)[i] =
			(unsigned short)(1 + below(65535));
	big->is_neg = (int)below(2);
	ei_x_encode_big(out, big);
	ei_free_big(big);
}

static void random_list(ei_x_buff *out, unsigned int depth)
{
	int count = (int)below(5);

	if (count > 0)
		ei_x_encode_list_header(out, count);
	for (int i = 0; i < count; i++)
		random_term(out, depth + 1);
	if (count > 0 && below(5) == 0)
		ei_x_encode_longlong(out, 7); /* improper */
	else
		ei_x_encode_empty_list(out);
}

static void random_tuple(ei_x_buff *out, unsigned int depth)
{
	int count = (int)below(5);

	ei_x_encode_tuple_header(out, count);
	for (int i = 0; i < count; i++)
		random_term(out, depth + 1);
}

/* The keys ascend, so that libei shows them in the order of the canonical form. */
static void random_map(ei_x_buff *out, unsigned int depth)
{
	int count = (int)below(5);

	ei_x_encode_map_header(out, count);
	for (int i = 0; i < count; i++) {
		char key[3] = { 'k', (char)('0' + i), '\0' };

		ei_x_encode_binary(out, key, 2);
		random_term(out, depth + 1);
	}
}

static void random_string(ei_x_buff *out)
{
	char text[20];
	unsigned int len = below(sizeof(text));

	for (unsigned int i = 0; i < len; i++)
		text[i] = (char)(' ' + below(90));
	ei_x_encode_string_len(out, text, (int)len);
}

static void random_pid(ei_x_buff *out)
{
	erlang_pid pid = { .node = "n@h",
			   .num = below(9999),
			   .serial = 1,
			   .creation = below(99999) };
	erlang_ref ref = {
		.node = "n@h", .len = 3, .n = { 1, 2, 3 }, .creation = 77
	};

	if (below(2))
		ei_x_encode_pid(out, &pid);
	else
		ei_x_encode_ref(out, &ref);
}

static void random_term(ei_x_buff *out, unsigned int depth)
{
	switch (below(depth < 4 ? 12 : 8)) {
	case 0:
	case 1:
		return random_integer(out);
	case 2:
		return random_float(out);
	case 3:
		return random_atom(out);
	case 4:
		return random_binary(out);
	case 5:
		return random_string(out);
	case 6:
		return random_big(out);
	case 7:
		return random_pid(out);
	case 8:
	case 9:
		return random_list(out, depth);
	case 10:
		return random_tuple(out, depth);
	default:
		return random_map(out, depth);
	}
}

/* As libei prints it; `len` bytes must be all that it reads. */
static char *print(const void *term, size_t len)
{
	char *text = NULL;
	int index = 0;

	assert_true(ei_s_print_term(&text, term, &index) >= 0);
	assert_int_equal(index, (int)len);
	return text;
}

static void assert_same_to_libei(const uint8_t *a, size_t a_len,
				 const struct bytes *b)
{
	char *text_a = print(a, a_len);
	char *text_b = print(b->data, b->len);

	assert_string_equal(text_a, text_b);
	free(text_a);
	free(text_b);
}

/* libei reads the same term from our bytes as from its own. */
static void check_term(const ei_x_buff *made)
{
	struct bytes term = BYTES_INIT, canonical = BYTES_INIT;
	struct bytes text = BYTES_INIT, back = BYTES_INIT;
	struct bytes again = BYTES_INIT;
	const uint8_t *etf = (const uint8_t *)made->buff;
	size_t len = (size_t)made->index, used = 0;
	struct etf_reader reader;

	if (etf_unpack(etf, len, &term, &used) < 0)
		fail_msg("%s", fail_reason());
	assert_int_equal(used, len);
	reader = etf_reader(&term);
	assert_int_equal(etf_put_canonical(&canonical, &reader), 0);
	assert_same_to_libei(term.data, term.len, &canonical);
	/* And the text of a value leads back to it. */
	assert_int_equal(value_show(&term, &text), 0);
	assert_int_equal(value_parse(value_type(&term), &text, &back), 0);
	reader = etf_reader(&back);
	assert_int_equal(etf_put_canonical(&again, &reader), 0);
	assert_bytes(again.data, again.len, &canonical);
	bytes_free(&term);
	bytes_free(&canonical);
	bytes_free(&again);
	bytes_free(&text);
	bytes_free(&back);
}

static void random_terms_of_libei_are_read_and_written(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < TERMS; i++) {
		ei_x_buff made;

		assert_int_equal(ei_x_new_with_version(&made), 0);
		random_term(&made, 0);
		check_term(&made);
		ei_x_free(&made);
	}
	golden_count("random terms", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_terms_of_libei_are_read_and_written),
	};

	ei_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
