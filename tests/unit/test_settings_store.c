/* SPDX-License-Identifier: Apache-2.0 */
/* Updates of the settings space: what is written, and what is refused. */
#include "settings_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "fake_units.h"
#include "settings_redo.h"

static char state_dir[] = "/tmp/nk-settings-XXXXXX";

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

static void assert_holds(const struct fake_settings *f, const struct bytes *etf)
{
	struct bytes want = BYTES_INIT;

	assert_int_equal(bytes_set(&want, etf->data, etf->len), 0);
	assert_int_equal(bytes_resize(&want, f->place.len), 0);
	assert_bytes(f->fake.data, f->place.len, &want);
	assert_bytes(f->space.data, f->space.len, &want);
	bytes_free(&want);
}

static void a_small_change_is_a_small_update(void **state)
{
	struct bytes etf = map_of_len(100, 'a');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	etf.data[50] = 'b';
	assert_int_equal(fake_settings_store(&f, &etf), 0);
	assert_holds(&f, &etf);
	/* Payload, header, the block; header and payload away again. */
	assert_int_equal(f.fake.writes, 5);
	/* Four blocks that must be as they were, and what was written. */
	assert_int_equal(f.fake.reads, 4 + 5);
	bytes_free(&etf);
}

static void what_is_there_already_is_not_written(void **state)
{
	struct bytes etf = map_of_len(100, 'a');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	assert_int_equal(fake_settings_store(&f, &etf), 0);
	assert_int_equal(f.fake.writes, 0);
	bytes_free(&etf);
}

static void what_stands_after_the_map_is_wiped(void **state)
{
	struct bytes etf = map_of_len(100, 'a');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	memset(f.fake.data + 200, 's', 10);
	memset(f.fake.data + 520, 's', 4);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_int_equal(fake_settings_store(&f, &etf), 0);
	assert_holds(&f, &etf);
	assert_int_equal(f.fake.writes, 2);
	bytes_free(&etf);
}

static void too_long_or_no_term_is_refused_untouched(void **state)
{
	struct bytes etf = map_of_len(525, 'a'), term = BYTES_INIT;
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	assert_int_equal(fake_settings_store(&f, &etf), -ENOSPC);
	bytes_free(&etf);
	etf = map_of_len(100, 'b');
	f.space.len = 0; /* not read */
	assert_int_equal(fake_settings_store(&f, &etf), -EINVAL);
	f.space.len = f.place.len;
	assert_int_equal(bytes_append(&etf, "x", 1), 0);
	assert_int_equal(fake_settings_store(&f, &etf), -EINVAL);
	assert_int_equal(fake_settings_store(&f, &term), -EINVAL);
	f.place.len = 500;
	assert_int_equal(fake_settings_store(&f, &etf), -EINVAL);
	assert_int_equal(fake_settings_load(&f), -EINVAL);
	assert_int_equal(f.fake.writes, 0);
	bytes_free(&etf);
}

static void trust_and_go_has_416_bytes(void **state)
{
	struct bytes etf = map_of_len(416, 'b'), longer = map_of_len(417, 'b');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	f.place.len = SETTINGS_SPACE_TRUST_AND_GO;
	f.place.state_dir = state_dir;
	assert_int_equal(fake_settings_load(&f), 0);
	assert_int_equal(fake_settings_store(&f, &longer), -ENOSPC);
	assert_int_equal(fake_settings_store(&f, &etf), 0);
	assert_holds(&f, &etf);
	bytes_free(&etf);
	bytes_free(&longer);
}

static void another_programs_change_is_not_mixed_in(void **state)
{
	struct bytes ours = map_of_len(100, 'b'), theirs = map_of_len(60, 'c');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	memset(f.fake.data, 0, sizeof(f.fake.data));
	memcpy(f.fake.data, theirs.data, theirs.len);
	assert_int_equal(fake_settings_store(&f, &ours), -ESTALE);
	assert_int_equal(f.fake.writes, 0);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_int_equal(fake_settings_store(&f, &ours), 0);
	assert_holds(&f, &ours);
	bytes_free(&ours);
	bytes_free(&theirs);
}

static void a_block_that_keeps_nothing_is_an_error(void **state)
{
	struct bytes etf = map_of_len(100, 'b');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	f.fake.stuck = true;
	assert_int_equal(fake_settings_store(&f, &etf), -EIO);
	f.fake.dead = true;
	assert_int_equal(fake_settings_store(&f, &etf), -ENODEV);
	bytes_free(&etf);
}

static void a_value_that_is_a_record_is_refused(void **state)
{
	struct bytes etf = map_of_len(524, 'a'), other = map_of_len(64, 'x');
	struct redo redo;
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	f.place.state_dir = state_dir;
	/* All of it within the one value of the map. */
	assert_true(redo_make(&f.place, other.data, other.len, 3, 64, &redo,
			      etf.data));
	assert_int_equal(fake_settings_store(&f, &etf), -EINVAL);
	assert_int_equal(f.fake.writes, 0);
	bytes_free(&etf);
	bytes_free(&other);
}

/* Power goes right after the header was written. */
static void interrupt(struct fake_settings *f, const struct bytes *etf)
{
	struct fake_units *fake = &f->fake;

	for (size_t at = 0;; at++) {
		struct fake_units before = *fake;
		struct redo redo;
		uint8_t then[SETTINGS_SPACE_MAX];

		fake_cut(fake, at, CUT_AFTER);
		assert_int_equal(fake_settings_store(f, etf), -ENODEV);
		if (redo_find(&f->place, fake->data, &redo, then))
			return;
		*fake = before;
		assert_int_equal(fake_settings_load(f), 0);
	}
}

static void a_record_is_followed_once(void **state)
{
	struct bytes etf = map_of_len(100, 'b');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	interrupt(&f, &etf);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_true(f.recovered);
	assert_holds(&f, &etf);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_int_equal(f.fake.writes, 0);
	bytes_free(&etf);
}

static void a_record_that_is_not_ours_is_left_alone(void **state)
{
	struct bytes etf = map_of_len(100, 'a');
	struct fake_units fake;
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	etf.data[50] = 'b'; /* block 1 */
	interrupt(&f, &etf);
	fake = f.fake;
	f.place.chip_serial[0] ^= 1; /* another chip's */
	assert_int_equal(fake_settings_load(&f), 0);
	assert_int_equal(f.fake.writes, 0);
	assert_false(f.recovered);
	f.place.chip_serial[0] ^= 1;
	f.fake.data[70] = 'c'; /* block 2, which it does not replace */
	assert_int_equal(fake_settings_load(&f), 0);
	assert_int_equal(f.fake.writes, 0);
	for (size_t i = 384; i < sizeof(fake.data); i++) {
		f.fake = fake;
		f.fake.data[i] ^= 0x10;
		assert_int_equal(fake_settings_load(&f), 0);
		/* The payload is block 4: only the header was changed. */
		assert_true(f.recovered == (i < 488 || i >= 520));
	}
	bytes_free(&etf);
}

static void what_elixir_writes_over_a_record_stays(void **state)
{
	struct bytes ours = map_of_len(100, 'b'), theirs = map_of_len(60, 'c');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	interrupt(&f, &ours);
	memset(f.fake.data, 0, sizeof(f.fake.data));
	memcpy(f.fake.data, theirs.data, theirs.len);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_holds(&f, &theirs);
	bytes_free(&ours);
	bytes_free(&theirs);
}

static const char *journal_path(void)
{
	static char path[64];

	sprintf(path, "%s/010203000000000000.journal", state_dir);
	return path;
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
	assert_int_equal(stat(journal_path(), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_true(f.recovered);
	assert_holds(&f, &etf);
	assert_int_equal(access(journal_path(), F_OK), -1);
	assert_int_equal(fake_settings_store(&f, &third), 0);
	assert_holds(&f, &third);
	assert_int_equal(access(journal_path(), F_OK), -1);
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
	assert_int_equal(access(journal_path(), F_OK), -1);
	bytes_free(&etf);
	bytes_free(&theirs);
}

static void a_journal_that_is_not_whole_is_no_journal(void **state)
{
	struct bytes etf = map_of_len(500, 'b');
	struct fake_settings f;
	int journal;

	(void)state;
	begin(&f, 500);
	f.place.state_dir = state_dir;
	fake_cut(&f.fake, 3, CUT_BEFORE);
	assert_true(fake_settings_store(&f, &etf) < 0);
	journal = open(journal_path(), O_RDWR);
	assert_int_equal(pwrite(journal, "x", 1, 700), 1);
	close(journal);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_int_equal(truncate(journal_path(), 700), 0);
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_int_equal(f.fake.writes, 0);
	unlink(journal_path());
	bytes_free(&etf);
}

static int make_state_dir(void **state)
{
	(void)state;
	return mkdtemp(state_dir) ? 0 : -1;
}

static int remove_state_dir(void **state)
{
	(void)state;
	unlink(journal_path());
	return rmdir(state_dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_change_is_a_small_update),
		cmocka_unit_test(what_is_there_already_is_not_written),
		cmocka_unit_test(what_stands_after_the_map_is_wiped),
		cmocka_unit_test(too_long_or_no_term_is_refused_untouched),
		cmocka_unit_test(trust_and_go_has_416_bytes),
		cmocka_unit_test(another_programs_change_is_not_mixed_in),
		cmocka_unit_test(a_block_that_keeps_nothing_is_an_error),
		cmocka_unit_test(a_value_that_is_a_record_is_refused),
		cmocka_unit_test(a_record_is_followed_once),
		cmocka_unit_test(a_record_that_is_not_ours_is_left_alone),
		cmocka_unit_test(what_elixir_writes_over_a_record_stays),
		cmocka_unit_test(without_room_or_journal_nothing_is_written),
		cmocka_unit_test(a_full_map_is_changed_under_a_journal),
		cmocka_unit_test(a_journal_of_other_content_is_dropped),
		cmocka_unit_test(a_journal_that_is_not_whole_is_no_journal),
	};

	return cmocka_run_group_tests(tests, make_state_dir, remove_state_dir);
}
