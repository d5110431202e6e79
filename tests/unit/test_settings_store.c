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
#include "settings_update.h"

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

/* The map, and what is known of the space. */
static void assert_holds(const struct fake_settings *f, const struct bytes *etf)
{
	assert_memory_equal(f->fake.data, etf->data, etf->len);
	assert_memory_equal(f->space.data, f->fake.data, f->place.len);
}

/* And when the chip is idle, a block of the record at most. */
static void assert_tidy(struct fake_settings *f, const struct bytes *etf,
			size_t writes)
{
	size_t blocks = 0;

	assert_int_equal(fake_settings_tidy(f), 0);
	assert_int_equal(f->fake.writes, writes);
	assert_holds(f, etf);
	for (size_t i = units_in(etf->len); i < units_in(f->place.len); i++)
		blocks += !unit_is_blank(f->fake.data, i);
	assert_true(blocks <= 1);
	assert_true(settings_is_tidy(&f->space));
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
	/* A record of two blocks, and the block that changes. */
	assert_int_equal(f.fake.writes, 3);
	/* Four blocks and the record's that must be as they were; the rest back. */
	assert_int_equal(f.fake.reads, 5 + 3);
	assert_tidy(&f, &etf, 1);
	assert_int_equal(fake_settings_tidy(&f), 0);
	assert_int_equal(f.fake.reads + f.fake.writes, 0);
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
	assert_int_equal(f.fake.writes, 0);
	/* The first of them is where the next record begins. */
	assert_false(settings_is_tidy(&f.space));
	assert_tidy(&f, &etf, 1);
	etf.data[50] = 'b';
	assert_int_equal(fake_settings_store(&f, &etf), 0);
	assert_tidy(&f, &etf, 1);
	assert_null(memchr(f.fake.data + etf.len, 's', 524 - etf.len));
	bytes_free(&etf);
}

static void too_long_is_refused_untouched(void **state)
{
	struct bytes etf = map_of_len(525, 'a');
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	assert_int_equal(fake_settings_store(&f, &etf), -ENOSPC);
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
	struct bytes etf = map_of_len(524, 'a'), other = map_of_len(40, 'x');
	struct settings_space old = { .map_len = 6, .data = "\x83t" };
	struct settings_space new = { .map_len = 40 };
	uint8_t recorded[SETTINGS_SPACE_MAX];
	struct record record;
	struct fake_settings f;

	(void)state;
	begin(&f, 100);
	f.place.state_dir = state_dir;
	old.place = f.place;
	memcpy(new.data, other.data, other.len);
	assert_true(record_make(&old, &new, &record, recorded));
	/* All of it within the one value of the map. */
	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (record.blocks >> i & 1)
			memcpy(etf.data + unit_table[i].offset,
			       recorded + unit_table[i].offset, UNIT_BLOCK);
	assert_int_equal(fake_settings_store(&f, &etf), -EINVAL);
	assert_int_equal(f.fake.writes, 0);
	bytes_free(&etf);
	bytes_free(&other);
}

/* Power goes right after the record was written. */
static void interrupt(struct fake_settings *f, const struct bytes *etf)
{
	struct fake_units *fake = &f->fake;

	for (size_t at = 0;; at++) {
		struct fake_units before = *fake;
		struct settings_space now;
		struct record record;

		fake_cut(fake, at, CUT_AFTER);
		assert_int_equal(fake_settings_store(f, etf), -ENODEV);
		now = fake_space(f);
		if (record_find(&now, &record))
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
	f.space = (struct settings_space){ 0 };
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
	/* Blocks 4 and 5 are the record, to the last byte. */
	for (size_t i = 128; i < sizeof(fake.data); i++) {
		f.fake = fake;
		f.space = (struct settings_space){ 0 };
		f.fake.data[i] ^= 0x10;
		assert_int_equal(fake_settings_load(&f), 0);
		assert_true(f.recovered == (i >= 192));
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

static int make_state_dir(void **state)
{
	(void)state;
	return mkdtemp(state_dir) ? 0 : -1;
}

static int remove_state_dir(void **state)
{
	(void)state;
	return rmdir(state_dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_small_change_is_a_small_update),
		cmocka_unit_test(what_is_there_already_is_not_written),
		cmocka_unit_test(what_stands_after_the_map_is_wiped),
		cmocka_unit_test(too_long_is_refused_untouched),
		cmocka_unit_test(trust_and_go_has_416_bytes),
		cmocka_unit_test(another_programs_change_is_not_mixed_in),
		cmocka_unit_test(a_block_that_keeps_nothing_is_an_error),
		cmocka_unit_test(a_value_that_is_a_record_is_refused),
		cmocka_unit_test(a_record_is_followed_once),
		cmocka_unit_test(a_record_that_is_not_ours_is_left_alone),
		cmocka_unit_test(what_elixir_writes_over_a_record_stays),
	};

	return cmocka_run_group_tests(tests, make_state_dir, remove_state_dir);
}
