/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The records of updates: their format, which of them may act, what they leave
 * on the chip, and those of version 0.1.0.
 */
#include "settings_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "fake_units.h"
#include "settings_update.h"

static char state_dir[] = "/tmp/nk-settings-XXXXXX", journal[64];

/* What the power cut of an older version left, and what must come of it. */
static void finish_old(const json_t *one)
{
	struct bytes space = golden_hex(one, "space");
	struct bytes new = golden_hex(one, "new");
	struct fake_settings f;

	fake_settings_begin(&f, &space, state_dir);
	f.place.len = (size_t)json_integer_value(json_object_get(one, "len"));
	if (golden_has(one, "journal")) {
		struct bytes file = golden_hex(one, "journal");
		FILE *out = fopen(journal, "w");

		assert_non_null(out);
		assert_int_equal(fwrite(file.data, 1, file.len, out), file.len);
		assert_int_equal(fclose(out), 0);
		bytes_free(&file);
	}
	assert_int_equal(fake_settings_load(&f), 0);
	if (!f.recovered)
		fail_msg("%s: not finished", golden_text(one, "name"));
	assert_memory_equal(f.fake.data, new.data, new.len);
	for (size_t i = new.len; i < f.place.len; i++)
		assert_int_equal(f.fake.data[i], 0);
	assert_int_equal(access(journal, F_OK), -1);
	bytes_free(&space);
	bytes_free(&new);
}

static void what_version_0_1_0_began_is_finished(void **state)
{
	json_t *cases = golden_json("../unit/settings-0.1.0.json"), *one;
	size_t i;

	(void)state;
	json_array_foreach(cases, i, one) finish_old(one);
	golden_count("updates of version 0.1.0", i);
	json_decref(cases);
}

static void begin(struct fake_settings *f, const struct bytes *map)
{
	fake_settings_begin(f, map, NULL);
	assert_int_equal(fake_settings_load(f), 0);
}

static void store(struct fake_settings *f, const struct bytes *map)
{
	assert_int_equal(fake_settings_store(f, map), 0);
	assert_memory_equal(f->fake.data, map->data, map->len);
}

/* Chips have records like these: README.md describes them for good. */
static void the_format_is_the_one_that_is_written_down(void **state)
{
	struct bytes old = map_of_len(100, 'a'), new = map_of_len(104, 'a');
	static const char want[] =
		"bb49b8ae00006400680010006000570009000002e215616161600c620000016b"
		"6d000000576161616161616161616161616161610000000000000000db7924ac";
	struct bytes bytes = bytes_of_hex(want);
	struct fake_settings f;

	(void)state;
	begin(&f, &old);
	new.data[103] = 'b';
	store(&f, &new);
	assert_memory_equal(f.fake.data + 128, bytes.data, bytes.len);
	bytes_free(&bytes);
	bytes_free(&old);
	bytes_free(&new);
}

/* Put the two blocks of `record` at `at`, with another sequence number. */
static void put_record(struct fake_settings *f, const uint8_t record[static 64],
		       size_t at, uint16_t sequence)
{
	uint8_t *copy = f->fake.data + at;
	uLong crc;

	memcpy(copy, record, 64);
	copy[4] = (uint8_t)sequence;
	copy[5] = (uint8_t)(sequence >> 8);
	crc = crc32(0, f->place.chip_serial, sizeof(f->place.chip_serial));
	crc = crc32(crc, copy, 60);
	for (unsigned int i = 0; i < 4; i++)
		copy[60 + i] = (uint8_t)(crc >> 8 * i);
}

/* Numbers begin anew after 65535. */
static void the_newest_record_is_the_one_that_acts(void **state)
{
	static const struct {
		uint16_t first, second;
		bool second_is_newer;
	} cases[] = {
		{ 1, 2, true },		  { 2, 1, false },
		{ 0xffff, 0, true },	  { 0, 0xffff, false },
		{ 0x7fff, 0x8000, true }, { 0x8000, 0x7fff, false },
	};
	struct bytes old = map_of_len(100, 'a'), new = map_of_len(100, 'a');
	struct fake_settings f;
	struct settings_space now;
	struct record found;
	uint8_t record[64];

	(void)state;
	begin(&f, &old);
	new.data[99] = 'b';
	store(&f, &new);
	memcpy(record, f.fake.data + 128, sizeof(record));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		put_record(&f, record, 128, cases[i].first);
		put_record(&f, record, 256, cases[i].second);
		now = fake_space(&f);
		assert_true(record_find(&now, &found));
		assert_int_equal(found.unit[0],
				 cases[i].second_is_newer ? 8 : 4);
	}
	bytes_free(&old);
	bytes_free(&new);
}

/* However the third record is torn, the first one never acts. */
static void an_older_record_never_acts(void **state)
{
	struct bytes a = map_of_len(100, 'a'), b = map_of_len(100, 'b');
	struct bytes c = map_of_len(100, 'c');
	struct fake_settings start, f;

	(void)state;
	for (size_t before = 0; before < 12; before++) {
		begin(&start, &a);
		for (size_t i = 0; i < before; i++)
			store(&start, i % 2 ? &a : &b);
		for (size_t at = 0; at < 16; at++) {
			const struct bytes *now = before % 2 ? &b : &a;

			f = start;
			f.fake.seed = (uint32_t)(at + 1);
			fake_cut(&f.fake, at % 4,
				 CUT_FIRST_BYTES + (int)at * 5);
			assert_true(fake_settings_store(&f, &c) < 0);
			f.space = (struct settings_space){ 0 };
			assert_int_equal(fake_settings_load(&f), 0);
			if (memcmp(f.fake.data, c.data, c.len) != 0)
				assert_memory_equal(f.fake.data, now->data,
						    now->len);
		}
	}
	bytes_free(&a);
	bytes_free(&b);
	bytes_free(&c);
}

static size_t whole_records(const struct fake_settings *f)
{
	struct settings_space copy = fake_space(f);
	struct record record;
	size_t whole = 0;

	while (record_find(&copy, &record)) {
		copy.data[unit_table[record.unit[0]].offset] ^= 1;
		whole++;
	}
	return whole;
}

/* One that is torn must leave no older one behind, which would act. */
static void no_two_records_are_whole(void **state)
{
	struct bytes maps[] = { map_of_len(100, 'a'), map_of_len(130, 'b'),
				map_of_len(60, 'c'), map_of_len(300, 'd'),
				map_of_len(40, 'e') };
	size_t count = sizeof(maps) / sizeof(*maps);
	struct fake_settings f;

	(void)state;
	begin(&f, &maps[0]);
	for (size_t i = 1; i < 2000; i++) {
		const struct bytes *map = &maps[i * i * 7 / 3 % count];

		fake_revive(&f.fake);
		if (i % 3 != 0)
			fake_cut(&f.fake, i % 7, (int)(i * 31 % CUT_FORMS));
		if (fake_settings_store(&f, map) < 0) {
			assert_true(f.fake.dead || whole_records(&f) == 0);
			f.space = (struct settings_space){ 0 };
			assert_int_equal(fake_settings_load(&f), 0);
		}
		assert_true(whole_records(&f) <= 1);
	}
	for (size_t i = 0; i < count; i++)
		bytes_free(&maps[i]);
}

/* No block behind the map is written much more often than another. */
static void records_go_round_the_free_blocks(void **state)
{
	struct bytes map = map_of_len(100, 'a');
	size_t writes[UNIT_COUNT] = { 0 };
	struct fake_settings f;

	(void)state;
	begin(&f, &map);
	for (size_t n = 0; n < 600; n++) {
		struct fake_units before = f.fake;

		map.data[50] = (uint8_t)('a' + n % 26);
		store(&f, &map);
		if (n % 3 == 0)
			assert_int_equal(fake_settings_tidy(&f), 0);
		for (size_t i = 0; i < UNIT_COUNT; i++)
			writes[i] += memcmp(before.data + unit_table[i].offset,
					    f.fake.data + unit_table[i].offset,
					    unit_table[i].len) != 0;
	}
	for (size_t i = 4; i < UNIT_COUNT; i++)
		if (unit_table[i].len == UNIT_BLOCK)
			assert_in_range(writes[i], 60, 180);
	bytes_free(&map);
}

static bool space_has(const struct fake_settings *f, char text)
{
	for (size_t i = 0; i + 4 <= f->place.len; i++)
		if (f->fake.data[i] == (uint8_t)text &&
		    memcmp(f->fake.data + i, f->fake.data + i + 1, 3) == 0)
			return true;
	return false;
}

/* A removed secret: gone when the chip is idle, be it after more updates. */
static void what_was_removed_is_gone(void **state)
{
	struct bytes with = map_of_len(120, 's'), without = map_of_len(60, 'x');
	struct bytes next = map_of_len(60, 'y'), start = map_of_len(90, 'a');
	struct fake_settings f, kept;

	(void)state;
	begin(&f, &start);
	store(&f, &with);
	assert_true(space_has(&f, 's'));
	store(&f, &without);
	kept = f;
	assert_int_equal(fake_settings_tidy(&f), 0);
	assert_false(space_has(&f, 's'));
	store(&kept, &next);
	assert_int_equal(fake_settings_tidy(&kept), 0);
	assert_false(space_has(&kept, 's'));
	bytes_free(&start);
	bytes_free(&with);
	bytes_free(&without);
	bytes_free(&next);
}

/* Of an update that this process has finished nothing is done again. */
static void a_change_after_a_finished_update_stays(void **state)
{
	struct bytes old = map_of_len(100, 'a'), new = map_of_len(100, 'b');
	struct fake_settings f;

	(void)state;
	begin(&f, &old);
	store(&f, &new);
	f.fake.data[40] = 'c'; /* by another program, which left the record */
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	assert_int_equal(f.fake.data[40], 'c');
	/* Also of one that this process only found. */
	f.fake.data[40] = 'b';
	f.space = (struct settings_space){ 0 };
	assert_int_equal(fake_settings_load(&f), 0);
	assert_false(f.recovered);
	f.fake.data[40] = 'c';
	assert_int_equal(fake_settings_load(&f), 0);
	assert_int_equal(f.fake.data[40], 'c');
	bytes_free(&old);
	bytes_free(&new);
}

/* What a chip that is left alone holds does not change. */
static void a_space_without_a_map_is_not_tidied(void **state)
{
	struct bytes space = BYTES_INIT;
	struct fake_settings f;

	(void)state;
	assert_int_equal(bytes_resize(&space, SETTINGS_SPACE_MAX), 0);
	for (int fill = 0; fill < 256; fill += 5) {
		memset(space.data, fill, space.len);
		begin(&f, &space);
		assert_true(settings_is_tidy(&f.space));
		assert_int_equal(fake_settings_tidy(&f), 0);
		assert_int_equal(f.fake.reads + f.fake.writes, 0);
	}
	bytes_free(&space);
}

static void what_another_program_wrote_is_not_tidied(void **state)
{
	struct bytes old = map_of_len(100, 'a'), new = map_of_len(100, 'b');
	struct bytes theirs = map_of_len(400, 'z');
	struct fake_settings f;

	(void)state;
	begin(&f, &old);
	store(&f, &new);
	memcpy(f.fake.data, theirs.data, theirs.len);
	assert_int_equal(fake_settings_tidy(&f), -ESTALE);
	assert_int_equal(f.fake.writes, 0);
	bytes_free(&old);
	bytes_free(&new);
	bytes_free(&theirs);
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
		cmocka_unit_test(what_version_0_1_0_began_is_finished),
		cmocka_unit_test(the_format_is_the_one_that_is_written_down),
		cmocka_unit_test(the_newest_record_is_the_one_that_acts),
		cmocka_unit_test(an_older_record_never_acts),
		cmocka_unit_test(no_two_records_are_whole),
		cmocka_unit_test(records_go_round_the_free_blocks),
		cmocka_unit_test(what_was_removed_is_gone),
		cmocka_unit_test(a_change_after_a_finished_update_stays),
		cmocka_unit_test(a_space_without_a_map_is_not_tidied),
		cmocka_unit_test(what_another_program_wrote_is_not_tidied),
	};

	return cmocka_run_group_tests(tests, make_state_dir, remove_state_dir);
}
