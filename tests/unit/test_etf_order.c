/* SPDX-License-Identifier: Apache-2.0 */
/* The order of terms. */
#include "settings_fixture.h"

#include "etf.h"

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

static struct bytes sorted(const char *hex)
{
	struct bytes term = term_of_hex(hex), out = BYTES_INIT;
	struct etf_reader reader = etf_reader(&term);

	assert_int_equal(etf_put_canonical(&out, &reader), 0);
	bytes_free(&term);
	return out;
}

static void terms_compare_as_in_erlang(void **state)
{
	size_t count = sizeof(ascending) / sizeof(*ascending);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			struct bytes a = sorted(ascending[i]);
			struct bytes b = sorted(ascending[j]);
			int order = etf_compare(etf_reader(&a), etf_reader(&b));

			if ((order > 0) - (order < 0) != (i > j) - (i < j))
				fail_msg("%s and %s: %d", ascending[i],
					 ascending[j], order);
			bytes_free(&a);
			bytes_free(&b);
		}
	}
	golden_count("ordered terms", count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_compare_as_in_erlang),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
