/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A disk that fails under the settings' journal, at each call: a change is
 * refused before the chip is changed, or is made as a whole. An interrupted one
 * is finished as soon as the journal can be read.
 */
#include "settings_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "failing_calls.h"
#include "fake_units.h"

static char state_dir[] = "/tmp/nk-settings-XXXXXX", journal[64];
static size_t points;

/* A chip whose map leaves no room for a record. */
static void begin(struct fake_settings *f, const struct bytes *map)
{
	fake_settings_begin(f, map, state_dir);
	assert_int_equal(fake_settings_load(f), 0);
}

static bool holds(const struct fake_settings *f, const struct bytes *map)
{
	return memcmp(f->fake.data, map->data, map->len) == 0;
}

static bool store_at(enum call_fault fault, unsigned long at)
{
	struct bytes old = map_of_len(500, 'a'), new = map_of_len(500, 'b');
	struct fake_settings f;
	bool struck;
	int err;

	begin(&f, &old);
	calls_begin(fault, at);
	err = fake_settings_store(&f, &new);
	struck = calls_end();
	if (err < 0) {
		assert_int_equal(err, -ENOSPC);
		assert_int_equal(fault, CALL_FAILS);
		assert_int_equal(f.fake.writes, 0);
		assert_int_equal(access(journal, F_OK), -1);
	}
	/* A journal that could not be removed brings nothing back. */
	assert_int_equal(fake_settings_load(&f), 0);
	assert_true(holds(&f, err < 0 ? &old : &new));
	assert_int_equal(fake_settings_store(&f, &new), 0);
	assert_true(holds(&f, &new));
	assert_int_equal(access(journal, F_OK), -1);
	bytes_free(&old);
	bytes_free(&new);
	points += struck;
	return struck;
}

static bool recover_at(enum call_fault fault, unsigned long at)
{
	struct bytes old = map_of_len(500, 'a'), new = map_of_len(500, 'b');
	struct fake_settings f;
	bool struck;

	begin(&f, &old);
	fake_cut(&f.fake, 3, CUT_GARBAGE);
	assert_int_equal(fake_settings_store(&f, &new), -ENODEV);
	calls_begin(fault, at);
	fake_settings_load(&f);
	struck = calls_end();
	if (fault != CALL_FAILS)
		assert_true(f.recovered);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_true(holds(&f, &new));
	bytes_free(&old);
	bytes_free(&new);
	points += struck;
	return struck;
}

static void try_all(bool (*try_point)(enum call_fault fault, unsigned long at))
{
	for (enum call_fault fault = CALL_FAILS; fault <= CALL_IS_SHORT;
	     fault++)
		for (unsigned long at = 1; try_point(fault, at); at++)
			;
}

static void a_change_is_refused_untouched_or_made(void **state)
{
	(void)state;
	try_all(store_at);
}

static void an_interrupted_change_waits_for_its_journal(void **state)
{
	(void)state;
	try_all(recover_at);
}

static int make_state_dir(void **state)
{
	(void)state;
	if (!mkdtemp(state_dir))
		return -1;
	snprintf(journal, sizeof(journal), "%s/010203000000000000.journal",
		 state_dir);
	return 0;
}

static int remove_state_dir(void **state)
{
	(void)state;
	printf("# failing disk: %zu points tried\n", points);
	return rmdir(state_dir) | (points == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_refused_untouched_or_made),
		cmocka_unit_test(an_interrupted_change_waits_for_its_journal),
	};

	return cmocka_run_group_tests(tests, make_state_dir, remove_state_dir);
}
