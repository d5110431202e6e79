/* SPDX-License-Identifier: Apache-2.0 */
/* The external-term codec: it writes what it has read. */
#include "settings_fixture.h"

#include "error.h"
#include "etf.h"

static struct bytes canonical(const struct bytes *term)
{
	struct etf_reader reader = etf_reader(term);
	struct bytes out = BYTES_INIT;

	assert_int_equal(etf_put_canonical(&out, &reader), 0);
	assert_int_equal(reader.pos, term->len);
	return out;
}

/* What we write for a map is what OTP 26 writes, and OTP 25 without atoms. */
/* Key by key and value by value: the order of a map's keys is our own. */
static size_t check_parts(struct bytes *term, const struct bytes *want)
{
	struct etf_reader from = etf_reader(term), to = etf_reader(want);
	struct etf_node head, node;
	size_t compared = 0;

	assert_int_equal(etf_read(&from, &head), 0);
	assert_int_equal(etf_read(&to, &node), 0);
	for (size_t i = 0; i < head.children; i++) {
		size_t start = to.pos;
		struct bytes got = BYTES_INIT, part = BYTES_INIT;

		assert_int_equal(etf_put_canonical(&got, &from), 0);
		assert_int_equal(etf_skip(&to), 0);
		assert_int_equal(
			bytes_set(&part, to.data + start, to.pos - start), 0);
		assert_int_equal(got.len, part.len);
		if (!memchr(part.data, TAG_MAP, part.len)) {
			assert_bytes(got.data, got.len, &part);
			compared++;
		}
		bytes_free(&got);
		bytes_free(&part);
	}
	return compared;
}

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
		struct bytes plain = BYTES_INIT, got;
		size_t used;

		assert_int_equal(etf_unpack(etf.data, etf.len, &term, &used),
				 0);
		assert_int_equal(used, etf.len);
		got = canonical(&term);
		assert_int_equal(etf_check(got.data, got.len, NULL), 0);
		assert_int_equal(got.len + 1, want.len);
		assert_int_equal(bytes_set(&plain, want.data + 1, got.len), 0);
		count += check_parts(&term, &plain);
		bytes_free(&etf);
		bytes_free(&term);
		bytes_free(&want);
		bytes_free(&plain);
		bytes_free(&got);
	}
	golden_count("canonical terms", count);
	json_decref(golden);
}

/* Each term, and the bytes that the codec writes for it. */
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
	  "460000000000000000"
	  "6101"
	  "468000000000000000"
	  "6102" },
};

static void forms_that_others_write_are_read(void **state)
{
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(accepted) / sizeof(*accepted); i++) {
		struct bytes term, want, got;

		term = bytes_of_hex(accepted[i][0]);
		want = bytes_of_hex(accepted[i][1]);
		if (etf_check(term.data, term.len, NULL) < 0)
			fail_msg("%s: %s", accepted[i][0], fail_reason());
		got = canonical(&term);
		assert_bytes(got.data, got.len, &want);
		bytes_free(&term);
		bytes_free(&want);
		bytes_free(&got);
		count++;
	}
	golden_count("accepted forms", count);
}

static void a_fun_gets_its_size(void **state)
{
	struct bytes term = bytes_of_hex(FUN_HEAD("00000000") FUN_PARTS);
	struct bytes want = bytes_of_hex(FUN_HEAD("00000035") FUN_PARTS), got;

	(void)state;
	assert_int_equal(want.len, 1 + 0x35);
	assert_int_equal(etf_check(term.data, term.len, NULL), 0);
	got = canonical(&term);
	assert_bytes(got.data, got.len, &want);
	bytes_free(&term);
	bytes_free(&want);
	bytes_free(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_bytes_are_those_of_term_to_binary),
		cmocka_unit_test(forms_that_others_write_are_read),
		cmocka_unit_test(a_fun_gets_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
