/* SPDX-License-Identifier: Apache-2.0 */
/* The external-term codec: what it takes, what it refuses, what it writes. */
#include "golden.h"

#include <errno.h>
#include <math.h>

#include "error.h"
#include "etf.h"
#include "text.h"

static struct bytes from_hex(const char *hex)
{
	struct bytes term = BYTES_INIT;

	assert_int_equal(bytes_resize(&term, strlen(hex) / 2), 0);
	assert_int_equal(hex_decode(hex, term.data, term.len), 0);
	return term;
}

static struct bytes canonical(const struct bytes *term)
{
	struct etf_reader reader = etf_reader(term);
	struct bytes out = BYTES_INIT;

	assert_int_equal(etf_put_canonical(&out, &reader), 0);
	assert_int_equal(reader.pos, term->len);
	return out;
}

/* What we write for a map is what OTP 26 writes, and OTP 25 without atoms. */
static void canonical_bytes_are_those_of_term_to_binary(void **state)
{
	json_t *golden = golden_json("settings.json"), *one;
	size_t i, count = 0;

	(void)state;
	json_array_foreach(json_object_get(golden, "put"), i, one)
	{
		struct bytes etf = golden_hex(one, "etf"), term = BYTES_INIT;
		struct bytes want =
			golden_hex(one, golden_has(one, "etf_utf8_atoms")
						? "etf_utf8_atoms"
						: "etf");
		struct bytes got;
		size_t used;

		assert_int_equal(etf_unpack(etf.data, etf.len, &term, &used),
				 0);
		assert_int_equal(used, etf.len);
		got = canonical(&term);
		assert_int_equal(etf_check(got.data, got.len), 0);
		assert_int_equal(
			etf_compare(etf_reader(&got), etf_reader(&term)), 0);
		assert_int_equal(got.len + 1, want.len);
		if (!strstr(golden_text(one, "name"), "hash map order"))
			assert_memory_equal(got.data, want.data + 1, got.len);
		bytes_free(&etf);
		bytes_free(&term);
		bytes_free(&want);
		bytes_free(&got);
		count++;
	}
	golden_count("canonical terms", count);
	json_decref(golden);
}

/* Each with the bytes that we would write for it, as binary_to_term() has it. */
static const char *const accepted[][2] = {
	{ "6e0000", "6100" },
	{ "6e0001", "6100" },
	{ "6e010205", "62fffffffb" },
	{ "6e05007f00000000", "617f" },
	{ "6f0000000000", "6100" },
	{ "6200000005", "6105" },
	{ "4d0000000000", "6d00000000" },
	{ "4d0000000108ff", "6d00000001ff" },
	{ "4d0000000103ff", "4d0000000103e0" },
	{ "6c000000006105", "6105" },
	{ "6c000000006a", "6a" },
	{ "6c0000000161016b000105", "6b00020105" },
	{ "6c0000000161016c00000001610261"
	  "03",
	  "6c000000026101610261"
	  "03" },
	{ "6b0000", "6a" },
	{ "6900000000", "6800" },
	{ "7300", "7700" },
	{ "640000", "7700" },
	{ "7302c8c9", "7704c388c389" },
	{ "770100", "770100" },
	{ "7703efbfbe", "7703efbfbe" },
	{ "717701617701626200000002", "717701617701626102" },
	{ "5a0000770161"
	  "00000000",
	  "5a0000770161"
	  "00000000" },
	{ "5a0001640001"
	  "61"
	  "00000000"
	  "00000001",
	  "5a0001770161"
	  "00000000"
	  "00000001" },
	{ "720003730161"
	  "00"
	  "000000010000000200000003",
	  "720003770161"
	  "00"
	  "000000010000000200000003" },
	{ "65770161"
	  "00000001"
	  "00",
	  "65770161"
	  "00000001"
	  "00" },
	{ "67640001"
	  "61"
	  "0000000100000000"
	  "00",
	  "67770161"
	  "0000000100000000"
	  "00" },
	{ "58770161"
	  "000000010000000000000000",
	  "58770161"
	  "000000010000000000000000" },
	{ "66770161"
	  "00000001"
	  "00",
	  "66770161"
	  "00000001"
	  "00" },
	{ "59770161"
	  "00000001"
	  "00000000",
	  "59770161"
	  "00000001"
	  "00000000" },
	{ "78770161"
	  "0000000000000001"
	  "00000000",
	  "78770161"
	  "0000000000000001"
	  "00000000" },
	{ "7400000002"
	  "6d0000000162"
	  "6101"
	  "6d0000000161"
	  "6102",
	  "7400000002"
	  "6d0000000161"
	  "6102"
	  "6d0000000162"
	  "6101" },
	/* 0.0 and -0.0 are two keys since OTP 27 */
	{ "7400000002"
	  "460000000000000000"
	  "6101"
	  "468000000000000000"
	  "6102",
	  "7400000002"
	  "468000000000000000"
	  "6102"
	  "460000000000000000"
	  "6101" },
};

static void forms_that_others_write_are_read(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		struct bytes term, want, got;

		term = from_hex(accepted[i][0]);
		want = from_hex(accepted[i][1]);
		if (etf_check(term.data, term.len) < 0)
			fail_msg("%s: %s", accepted[i][0], fail_reason());
		got = canonical(&term);
		assert_bytes(got.data, got.len, &want);
		assert_int_equal(
			etf_compare(etf_reader(&got), etf_reader(&term)), 0);
		bytes_free(&term);
		bytes_free(&want);
		bytes_free(&got);
		count++;
	}
	golden_count("accepted forms", count);
}

/* A local fun of arity 1 without variables; its size field says anything. */
#define FUN_UNIQ "000102030405060708090a0b0c0d0e0f"
#define FUN_HEAD(size)                     \
	"70" size "01" FUN_UNIQ "00000000" \
	"00000001"
#define FUN_PARTS                  \
	"77016d"                   \
	"6100"                     \
	"6101"                     \
	"58770161"                 \
	"000000010000000000000000" \
	"6a"

static void a_fun_gets_its_size(void **state)
{
	struct bytes term = from_hex(FUN_HEAD("00000000") FUN_PARTS);
	struct bytes want = from_hex(FUN_HEAD("00000035") FUN_PARTS), got;

	(void)state;
	assert_int_equal(want.len, 1 + 0x35);
	assert_int_equal(etf_check(term.data, term.len), 0);
	got = canonical(&term);
	assert_bytes(got.data, got.len, &want);
	bytes_free(&term);
	bytes_free(&want);
	bytes_free(&got);
}

static void old_floats_are_strict_decimal_text(void **state)
{
	static const struct {
		const char *text;
		double value;
	} floats[] = {
		{ "1.5", 1.5 },
		{ "+1.5", 1.5 },
		{ "-1.50000000000000000000e+00", -1.5 },
		{ "1.5E2", 150 },
		{ "1.50000000000000000000000000000", 1.5 }, /* 31 bytes */
		{ "15", NAN },
		{ ".5", NAN },
		{ "5.", NAN },
		{ "5.0x", NAN },
		{ "5.0e", NAN },
		{ " 1.5", NAN },
		{ "0x1.8", NAN },
		{ "nan", NAN },
		{ "inf", NAN },
		{ "1.0e400", NAN },
		{ "", NAN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(floats) / sizeof(*floats); i++) {
		uint8_t data[32] = { TAG_FLOAT };
		struct etf_reader reader = { data, sizeof(data), 0 };
		struct etf_node node;
		bool number = floats[i].value == floats[i].value;

		memcpy(data + 1, floats[i].text, strlen(floats[i].text));
		assert_int_equal(etf_check(data, sizeof(data)),
				 number ? 0 : -EBADMSG);
		if (number) {
			assert_int_equal(etf_read(&reader, &node), 0);
			assert_true(node.real == floats[i].value);
		}
	}
}

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
		struct bytes term = from_hex(refused[i]);

		if (etf_check(term.data, term.len) != -EBADMSG)
			fail_msg("%s was taken", refused[i]);
		bytes_free(&term);
	}
	golden_count("refused forms", count);
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
		struct bytes term = from_hex(funs[i]);

		assert_int_equal(etf_check(term.data, term.len), -EBADMSG);
		bytes_free(&term);
	}
}

/* In Erlang's exact order; what is local to a machine in ours. */
static const char *const ascending[] = {
	"6e090100000000000000"
	"0001",
	"6e040101000080",
	"62ffffffff",
	"6100",
	"6101",
	"61ff",
	"6200000100",
	"6e040000000080",
	"6e0900000000000000000001",
	"46c004000000000000",
	"468000000000000000",
	"460000000000000000",
	"463ff0000000000000",
	"7700",
	"770141",
	"770161",
	"77026161",
	"770162",
	"7302c8c9",
	"7703e697a5",
	"5a0001770161"
	"00000000"
	"00000001",
	"5a0001770161"
	"00000000"
	"00000002",
	FUN_HEAD("00000000") FUN_PARTS,
	"717701617701626102",
	"717701617701626103",
	"66770161"
	"00000001"
	"00",
	"58770161"
	"000000010000000000000000",
	"58770162"
	"000000010000000000000000",
	"6800",
	"68016102",
	"68026101"
	"6101",
	"7400000000",
	"740000000161016103",
	"7400000001463ff00000000000006102",
	"740000000177016161"
	"01",
	"740000000177016161"
	"02",
	"740000000177016261"
	"01",
	"7400000002"
	"61026100"
	"61016101",
	"7400000002"
	"61016102"
	"61026100",
	"6a",
	"6c0000000161016102",
	"6b000101",
	"6b00020101",
	"6b00020102",
	"6c000000016101"
	"6d00000000",
	"6c00000001"
	"6a"
	"6a",
	"6d00000000",
	"4d000000010100",
	"6d0000000100",
	"6d0000000161",
	"4d00000002016180",
	"6d000000026181",
	"4d000000010180",
	"6d0000000180",
};

static void terms_compare_as_in_erlang(void **state)
{
	size_t count = sizeof(ascending) / sizeof(*ascending);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct bytes a = from_hex(ascending[i]);
			struct bytes b = from_hex(ascending[j]);
			int order = etf_compare(etf_reader(&a), etf_reader(&b));

			assert_int_equal(etf_check(a.data, a.len), 0);
			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				fail_msg("%s and %s: %d", ascending[i],
					 ascending[j], order);
			bytes_free(&a);
			bytes_free(&b);
		}
	}
	golden_count("ordered terms", count);
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
	assert_int_equal(etf_check(term.data, term.len), 0);
	bytes_free(&term);
	term = nested(ETF_MAX_DEPTH);
	assert_int_equal(etf_check(term.data, term.len), -EBADMSG);
	bytes_free(&term);
	term = nested(60000);
	assert_int_equal(etf_check(term.data, term.len), -EBADMSG);
	bytes_free(&term);
	for (size_t more = 0; more < 2; more++) {
		size_t count = ETF_MAX_NODES - 2 + more;

		assert_int_equal(etf_put_head(&term, TAG_LIST, count), 0);
		assert_int_equal(bytes_resize(&term, 5 + count + 1), 0);
		memset(term.data + 5, TAG_NIL, count + 1);
		assert_int_equal(etf_check(term.data, term.len),
				 more ? -EBADMSG : 0);
		bytes_free(&term);
	}
	/* Empty lists whose tails are empty lists, 12,000 of them. */
	for (size_t i = 0; i < 12000; i++)
		assert_int_equal(bytes_append(&term, "l\0\0\0\0", 5), 0);
	assert_int_equal(bytes_append(&term, "j", 1), 0);
	assert_int_equal(etf_check(term.data, term.len), 0);
	bytes_free(&term);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_bytes_are_those_of_term_to_binary),
		cmocka_unit_test(forms_that_others_write_are_read),
		cmocka_unit_test(a_fun_gets_its_size),
		cmocka_unit_test(old_floats_are_strict_decimal_text),
		cmocka_unit_test(what_is_no_term_is_refused),
		cmocka_unit_test(a_fun_with_other_parts_is_refused),
		cmocka_unit_test(terms_compare_as_in_erlang),
		cmocka_unit_test(depth_and_number_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
