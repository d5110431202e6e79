/* SPDX-License-Identifier: Apache-2.0 */
/* Journals: when there are some, and which chips they are for. */
#include "settings_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fake_units.h"

static char state_dir[] = "/tmp/nk-settings-XXXXXX", journal[64];

/* A chip with a map of `len` bytes, read. */
static void begin(struct fake_settings *f, size_t len)
{
	struct bytes etf = map_of_len(len, 'a');

	fake_settings_begin(f, &etf, NULL);
	assert_int_equal(fake_settings_load(f), 0);
	assert_false(f->recovered);
	assert_int_equal(f->fake.writes, 0);
	bytes_free(&etf);
}

/* The map, and what is known of the space. */
static void assert_holds(const struct fake_settings *f, const struct bytes *etf)
{
	assert_memory_equal(f->fake.data, etf->data, etf->len);
	assert_memory_equal(f->space.data, f->fake.data, f->place.len);
}

static void without_room_or_journal_nothing_is_written(void **state)
{
	struct bytes etf = map_of_len(500, 'b');
	struct fake_settings f;

	(void)state;
	begin(&f, 500);
	assert_int_equal(fake_settings_store(&f, &etf), -ENOSPC);
	f.place.state_dir = "/dev/null/none";
	assert_int_equal(fake_settings_store(&f, &etf), -ENOSPC);
	assert_non_null(strstr(fail_reason(), "/dev/null/none"));
	assert_int_equal(f.fake.writes, 0);
	bytes_free(&etf);
}

static void a_full_map_is_changed_under_a_journal(void **state)
{
	struct bytes etf = map_of_len(500, 'b'), third = map_of_len(60, 'c');
	struct stat st;
	struct fake_settings f;

	(void)state;
	begin(&f, 500);
	f.place.state_dir = state_dir;
	assert_int_equal(rmdir(state_dir), 0); /* it is made */
	fake_cut(&f.fake, 3, CUT_GARBAGE);
	f.fake.seed = 1;
	assert_true(fake_settings_store(&f, &etf) < 0);
	assert_int_equal(stat(journal, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_true(f.recovered);
	assert_holds(&f, &etf);
	assert_int_equal(access(journal, F_OK), -1);
	assert_int_equal(fake_settings_store(&f, &third), 0);
	assert_holds(&f, &third);
	assert_int_equal(access(journal, F_OK), -1);
	bytes_free(&etf);
	bytes_free(&third);
}

static void a_journal_of_other_content_is_dropped(void **state)
{
	struct bytes etf = map_of_len(500, 'b'), theirs = map_of_len(60, 'c');
	struct fake_settings f;

	(void)state;
	begin(&f, 500);
	f.place.state_dir = state_dir;
	fake_cut(&f.fake, 3, CUT_GARBAGE);
	assert_true(fake_settings_store(&f, &etf) < 0);
	memset(f.fake.data, 0, sizeof(f.fake.data));
	memcpy(f.fake.data, theirs.data, theirs.len);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_holds(&f, &theirs);
	assert_int_equal(access(journal, F_OK), -1);
	bytes_free(&etf);
	bytes_free(&theirs);
}

static void a_journal_that_is_not_whole_is_no_journal(void **state)
{
	struct bytes etf = map_of_len(500, 'b');
	struct fake_settings f;
	int file;

	(void)state;
	begin(&f, 500);
	f.place.state_dir = state_dir;
	fake_cut(&f.fake, 3, CUT_BEFORE);
	assert_true(fake_settings_store(&f, &etf) < 0);
	file = open(journal, O_RDWR);
	assert_int_equal(pwrite(file, "x", 1, 700), 1);
	close(file);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_int_equal(truncate(journal, 700), 0);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_int_equal(f.fake.writes, 0);
	unlink(journal);
	bytes_free(&etf);
}

/* Two maps whose units 1, 5, 9 and 16 differ, and the journal between them. */
struct halfway {
	struct fake_settings f;
	uint8_t old[SETTINGS_SPACE_MAX], new[SETTINGS_SPACE_MAX];
};

static const size_t written[] = { 1, 5, 9, 16 };
#define WRITTEN (sizeof(written) / sizeof(*written))

static struct halfway cut_off(void)
{
	struct bytes old = map_of_len(504, 'a'), new = map_of_len(504, 'a');
	struct halfway half = { 0 };

	for (size_t i = 0; i < WRITTEN; i++)
		new.data[unit_table[written[i]].offset + 2] = 'b';
	fake_settings_begin(&half.f, &old, state_dir);
	assert_int_equal(fake_settings_load(&half.f), 0);
	fake_cut(&half.f.fake, 0, CUT_BEFORE);
	assert_true(fake_settings_store(&half.f, &new) < 0);
	assert_int_equal(access(journal, F_OK), 0);
	memcpy(half.old, old.data, old.len);
	memcpy(half.new, new.data, new.len);
	bytes_free(&old);
	bytes_free(&new);
	return half;
}

/* The chip as it is found: each written unit old, new or another program's. */
static void find(struct halfway *half, size_t states)
{
	memcpy(half->f.fake.data, half->old, sizeof(half->old));
	for (size_t i = 0; i < WRITTEN; i++, states /= 3) {
		const struct unit *unit = &unit_table[written[i]];
		uint8_t *at = half->f.fake.data + unit->offset;

		if (states % 3 > 0)
			memcpy(at, half->new + unit->offset, unit->len);
		if (states % 3 == 2)
			at[3] = 'x';
	}
}

/* New ones, one that is not new, old ones: the rule of README.md. */
static bool is_interrupted(size_t states)
{
	size_t state[WRITTEN], torn = 0;

	for (size_t i = 0; i < WRITTEN; i++, states /= 3)
		state[i] = states % 3;
	while (torn < WRITTEN && state[torn] == 1)
		torn++;
	for (size_t i = torn + 1; i < WRITTEN; i++)
		if (state[i] != 0)
			return false;
	/* All new is finished, all old was never begun. */
	return torn < WRITTEN && (torn > 0 || state[0] == 2);
}

static void load_found(struct halfway *half, bool interrupted)
{
	uint8_t found[SETTINGS_SPACE_MAX];

	memcpy(found, half->f.fake.data, sizeof(found));
	assert_int_equal(fake_settings_load(&half->f), 0);
	assert_int_equal(half->f.recovered, interrupted);
	assert_memory_equal(half->f.fake.data, interrupted ? half->new : found,
			    sizeof(found));
	assert_int_equal(access(journal, F_OK), -1);
}

static void a_journal_finishes_what_was_cut_off_and_nothing_else(void **state)
{
	(void)state;
	for (size_t states = 0; states < 81; states++) {
		struct halfway half = cut_off();

		find(&half, states);
		load_found(&half, is_interrupted(states));
	}
}

/* Elixir changes one key after the last unit was written. */
static void a_key_changed_after_the_last_unit_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < units_in(504); i++) {
		struct halfway half = cut_off();
		const struct unit *unit = &unit_table[i];

		memcpy(half.f.fake.data, half.new, sizeof(half.new));
		half.f.fake.data[unit->offset + 3] = 'z';
		/* But for the one that cannot be told from a torn one. */
		load_found(&half, i == written[WRITTEN - 1]);
	}
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
	unlink(journal);
	return rmdir(state_dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_room_or_journal_nothing_is_written),
		cmocka_unit_test(a_full_map_is_changed_under_a_journal),
		cmocka_unit_test(a_journal_of_other_content_is_dropped),
		cmocka_unit_test(a_journal_that_is_not_whole_is_no_journal),
		cmocka_unit_test(
			a_journal_finishes_what_was_cut_off_and_nothing_else),
		cmocka_unit_test(a_key_changed_after_the_last_unit_stays),
	};

	return cmocka_run_group_tests(tests, make_state_dir, remove_state_dir);
}
