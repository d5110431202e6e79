/* SPDX-License-Identifier: Apache-2.0 */
/* The external-term codec: what it refuses. */
#include "settings_fixture.h"

#include <errno.h>

#include "error.h"
#include "etf.h"

static const char *const refused[] = {
	"",
	"61",
	"62000000",
	"6e",
	"6e01",
	"6e0100",
	"6eff00ff",
	"6fffffffff00ff",
	"46",
	"4600000000000000",
	"467ff0000000000000",
	"467ff8000000000000",
	"46fff0000000000000",
	"63312e35",
	"64",
	"6400",
	"640001",
	"73",
	"730161ff",
	"7302",
	"7601",
	"760001",
	"7702c328",
	"7701c3",
	"7702c080",
	"7703eda080",
	"7704f4908080",
	"7701ff",
	"4d",
	"4d00000000",
	"4d0000000003",
	"4d0000000100ff",
	"4d0000000109ff",
	"4dffffffff08ff",
	"6d",
	"6d00000001",
	"6dffffffff61",
	"6b",
	"6b0001",
	"6bffff61",
	"6c",
	"6cffffffff",
	"6c000000016101",
	"6c00000000",
	"68",
	"6801",
	"69ffffffff61",
	"690000000161",
	"74",
	"7400000001",
	"74000000016101",
	"74ffffffff61016101",
	"74800000006101",
	"74000000026101610161016102", /* the same key twice */
	"74000000026101610162000000016102",
	"7400000002640001616101770161"
	"6102",
	"7400000002"
	"6b000101"
	"6101"
	"6c0000000161016a"
	"6102",
	"7400000002"
	"740000000261016101"
	"61026102"
	"6101"
	"7400000002"
	"61026102"
	"61016101"
	"6102",
	"6803"
	"6101"
	"6102",
	"71",
	"7177016177016261",
	"717701617701626d00000000",
	"71610177016261"
	"02",
	"58",
	"586101",
	"58770161",
	"5877016100000001",
	"588858770161",
	"67770161",
	"5a",
	"5a0006770161"
	"00000000"
	"000000000000000000000000000000000000000000000000",
	"5a0001770161"
	"00000000",
	"65770161",
	"66770161"
	"00",
	"59770161",
	"78770161"
	"00",
	"70",
	"70000000",
	"75",
	"79",
	"49",
	"490005",
	"4b000005",
	"52",
	"5200",
	"50",
	"83",
	"00",
	"c8",
	"ff",
};

static void what_is_no_term_is_refused(void **state)
{
	size_t count = sizeof(refused) / sizeof(*refused);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct bytes term = bytes_of_hex(refused[i]);

		if (etf_check(term.data, term.len, NULL) != -EBADMSG)
			fail_msg("%s was taken", refused[i]);
		bytes_free(&term);
	}
	golden_count("refused forms", count);
}

/* 255 characters, which are more bytes. */
static void an_atom_has_255_characters_at_most(void **state)
{
	uint8_t term[3 + 512] = { TAG_ATOM_UTF8 };
	struct bytes made = BYTES_INIT;

	(void)state;
	for (size_t i = 0; i < 512; i += 2)
		memcpy(term + 3 + i, "\xc3\xa9", 2);
	term[1] = 510 >> 8;
	term[2] = 510 & 255;
	assert_int_equal(etf_check(term, 3 + 510, NULL), 0);
	assert_int_equal(etf_put_atom(&made, (char *)term + 3, 510), 0);
	term[1] = 512 >> 8;
	term[2] = 0;
	assert_int_equal(etf_check(term, sizeof(term), NULL), -EBADMSG);
	bytes_free(&made);
	assert_int_equal(etf_put_atom(&made, (char *)term + 3, 512), -EINVAL);
	assert_int_equal(made.len, 0);
}

static void a_fun_with_other_parts_is_refused(void **state)
{
	static const char *const funs[] = {
		FUN_HEAD("00000000"),
		FUN_HEAD("00000000") "6101"
				     "6100"
				     "6101"
				     "58770161"
				     "000000010000000000000000"
				     "6a",
		FUN_HEAD("00000000") "77016d"
				     "77016d"
				     "6101"
				     "58770161"
				     "000000010000000000000000"
				     "6a",
		FUN_HEAD("00000000") "77016d"
				     "6100"
				     "6101"
				     "6101"
				     "6a",
		FUN_HEAD("00000000") "77016d"
				     "6100"
				     "6101"
				     "58770161"
				     "000000010000000000000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(funs) / sizeof(*funs); i++) {
		struct bytes term = bytes_of_hex(funs[i]);

		assert_int_equal(etf_check(term.data, term.len, NULL),
				 -EBADMSG);
		bytes_free(&term);
	}
}

/* `depth` lists, one in another. */
static struct bytes nested(size_t depth)
{
	struct bytes term = BYTES_INIT;

	for (size_t i = 0; i < depth; i++)
		assert_int_equal(etf_put_head(&term, TAG_SMALL_TUPLE, 1), 0);
	assert_int_equal(bytes_append(&term, &(uint8_t){ TAG_NIL }, 1), 0);
	return term;
}

static void depth_and_number_are_bounded(void **state)
{
	struct bytes term = nested(ETF_MAX_DEPTH - 1);

	(void)state;
	assert_int_equal(etf_check(term.data, term.len, NULL), 0);
	bytes_free(&term);
	term = nested(ETF_MAX_DEPTH);
	assert_int_equal(etf_check(term.data, term.len, NULL), -EBADMSG);
	bytes_free(&term);
	term = nested(60000);
	assert_int_equal(etf_check(term.data, term.len, NULL), -EBADMSG);
	bytes_free(&term);
	for (size_t more = 0; more < 2; more++) {
		size_t count = ETF_MAX_NODES - 2 + more;

		assert_int_equal(etf_put_head(&term, TAG_LIST, count), 0);
		assert_int_equal(bytes_resize(&term, 5 + count + 1), 0);
		memset(term.data + 5, TAG_NIL, count + 1);
		assert_int_equal(etf_check(term.data, term.len, NULL),
				 more ? -EBADMSG : 0);
		bytes_free(&term);
	}
	/* Empty lists whose tails are empty lists, 12,000 of them. */
	for (size_t i = 0; i < 12000; i++)
		assert_int_equal(bytes_append(&term, "l\0\0\0\0", 5), 0);
	assert_int_equal(bytes_append(&term, "j", 1), 0);
	assert_int_equal(etf_check(term.data, term.len, NULL), 0);
	bytes_free(&term);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_term_is_refused),
		cmocka_unit_test(an_atom_has_255_characters_at_most),
		cmocka_unit_test(a_fun_with_other_parts_is_refused),
		cmocka_unit_test(depth_and_number_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
