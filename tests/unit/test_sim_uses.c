/* SPDX-License-Identifier: Apache-2.0 */
/* Keys whose uses are counted, and what limits a counter. */
#include "sim_bench.h"

/* A private key in slot 0, a secret in slot 3, both of limited use. */
#define KEY_0	 "20:a720 96:3300 k0=" B32 " "
#define SECRET	 "26:af8f 102:1800 "
#define COUNT_IS "24000000:"
/* Counter 0 at its highest value, and one below. */
#define AT_MOST	 "52:00000001ffffffff "
#define LAST_USE "52:00000003ffffffff "

static void uses_are_counted(void **state)
{
	static const struct rule rules[] = {
		{ "a signature", "608b-factory", BOTH_LOCKED KEY_0,
		  TEMP_KEY "41800000#64 " COUNT_IS "01000000" },
		{ "a MAC, on a 508A too", "508a-factory", BOTH_LOCKED SECRET,
		  "08000300" B32 "#32 08000300" B32 "#32 " COUNT_IS
		  "02000000" },
		{ "a check, good or not", "508a-factory", BOTH_LOCKED SECRET,
		  "28000300" B77 "=01 " COUNT_IS "01000000" },
		{ "GenDig, an HMAC, a derivation", "608b-factory",
		  BOTH_LOCKED SECRET "26:af2f",
		  TEMP_KEY
		  "15020300=00 " COUNT_IS "01000000 47040300=00 " COUNT_IS
		  "02000000 " RANDOM_KEY "1c000300=00 " COUNT_IS "03000000" },
		{ "AES and KDF", "608b-factory", BOTH_LOCKED SECRET,
		  "51000300" B4 B4 B4 B4 "#16 " COUNT_IS "01000000 "
		  "5652030002000004" B4 "#32 " COUNT_IS "02000000" },
		{ "not what is refused", "608b-factory", BOTH_LOCKED KEY_0,
		  "41800000=0f " TEMP_KEY "41810000=03 " COUNT_IS "00000000" },
		{ "not a public key or a new one", "608b-factory",
		  BOTH_LOCKED KEY_0,
		  "40000000#64 40040000#64 " COUNT_IS "00000000" },
		{ "not a key without LimitedUse", "608b-factory",
		  BOTH_LOCKED SECRET_3,
		  "51000300" B4 B4 B4 B4 "#16 " COUNT_IS "00000000" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

static void no_use_is_left_at_the_limit(void **state)
{
	static const struct rule rules[] = {
		{ "the last one", "608b-factory", BOTH_LOCKED KEY_0 LAST_USE,
		  TEMP_KEY "41800000#64 " COUNT_IS "ffff1f00 " TEMP_KEY
			   "41800000=0f " COUNT_IS "ffff1f00" },
		{ "none, but a public key", "508a-factory",
		  BOTH_LOCKED KEY_0 AT_MOST,
		  TEMP_KEY "41800000=0f 40000000#64" },
		{ "other keys are free", "608b-factory",
		  BOTH_LOCKED SECRET_3 AT_MOST, "08000300" B32 "#32" },
		{ "CountMatch: as its slot says", "608b-factory",
		  BOTH_LOCKED KEY_0 "18:91 s9=0200000002000000",
		  TEMP_KEY "41800000#64 " TEMP_KEY "41800000#64 " TEMP_KEY
			   "41800000=0f 24010000=0f " COUNT_IS "02000000" },
		{ "CountMatch: Counter counts as far", "608b-factory",
		  BOTH_LOCKED KEY_0 "18:91 s9=0200000002000000",
		  "24010000:01000000 24010000:02000000 24010000=0f " TEMP_KEY
		  "41800000=0f 24010100:01000000" },
		{ "CountMatch: the lower copy", "608b-factory",
		  BOTH_LOCKED KEY_0 "18:91 s9=0200000001000000",
		  TEMP_KEY "41800000#64 " TEMP_KEY "41800000=0f" },
		{ "CountMatch: no higher than counters go", "608b-factory",
		  BOTH_LOCKED KEY_0 AT_MOST "18:91 s9:ff",
		  TEMP_KEY "41800000=0f 24010000=0f" },
		{ "CountMatch: the slot can be written again", "608b-factory",
		  BOTH_LOCKED KEY_0 "18:91 38:0f0f s9:00",
		  TEMP_KEY "41800000=0f 120248000100"
			   "0000=00 12024900"
			   "01000000=00 " TEMP_KEY "41800000#64" },
		{ "a 508A has no CountMatch", "508a-factory",
		  BOTH_LOCKED KEY_0 "18:91 s9:00", TEMP_KEY "41800000#64" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

#define SECRET_15 "50:af8f 126:1800 "
#define TWO_USES  "68:40000000000000000000000000000001 "
#define NO_USES	  "68:00000000000000000000000000000000 "

static void slot_15_of_a_508a_has_its_own_count(void **state)
{
	static const struct rule rules[] = {
		{ "uses are bits", "508a-factory",
		  BOTH_LOCKED SECRET_15 TWO_USES,
		  "08000f00" B32 "#32 02001100:20000000 08000f00" B32 "#32" },
		{ "none is left", "508a-factory", BOTH_LOCKED SECRET_15 NO_USES,
		  "08000f00" B32 "=0f " COUNT_IS "00000000" },
		{ "counter 0 has no say", "508a-factory",
		  BOTH_LOCKED SECRET_15 AT_MOST, "08000f00" B32 "#32" },
		{ "a 608 counts it as any other", "608b-factory",
		  BOTH_LOCKED SECRET_15,
		  "08000f00" B32 "#32 " COUNT_IS "01000000" },
	};
	struct bench bench;

	(void)state;
	bench_rules(rules, COUNT(rules));
	bench_start(&bench, "508a-factory",
		    BOTH_LOCKED SECRET_15 "68:ffffffffffffffffffffffffffffffff",
		    ",clock=virtual");
	for (unsigned int i = 0; i < 128; i++)
		bench_play(&bench, "a use", "sleep wake 08000f00" B32 "#32");
	bench_play(&bench, "one too many", "08000f00" B32 "=0f");
	bench_end(&bench);
}

static void update_extra_spends_uses(void **state)
{
	static const struct rule rules[] = {
		{ "of a limited key", "608b-factory", BOTH_LOCKED KEY_0,
		  "20020000=00 " COUNT_IS "01000000" },
		{ "none is left", "608b-factory", BOTH_LOCKED KEY_0 AT_MOST,
		  "20020000=0f" },
		{ "nothing happens to another one", "608b-factory",
		  BOTH_LOCKED SECRET_3, "20020300=00 " COUNT_IS "00000000" },
		{ "of slot 15 of a 508A", "508a-factory",
		  BOTH_LOCKED SECRET_15 TWO_USES,
		  "20020f00=00 02001100:20000000" },
		{ "not before the configuration lock", "608b-factory", KEY_0,
		  "20020000=0f" },
	};

	(void)state;
	bench_rules(rules, COUNT(rules));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uses_are_counted),
		cmocka_unit_test(no_use_is_left_at_the_limit),
		cmocka_unit_test(slot_15_of_a_508a_has_its_own_count),
		cmocka_unit_test(update_extra_spends_uses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
