/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Power cuts at every write of an update, in every form, and again at every
 * write of what recovers from them: the map is the old one or the new one.
 */
#include "settings_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "etf.h"
#include "fake_units.h"
#include "text.h"

#define MAPS_MAX 64

struct update {
	struct settings_place place;
	struct bytes old;  /* what the space holds, padded */
	struct bytes then; /* the term that is stored */
	struct bytes old_map, new_map;
};

static struct {
	size_t cuts, second_cuts, updates, journals;
} count;

static char state_dir[64];

/* The map as a term, whatever stands after it. */
static struct bytes map_of(const uint8_t *space, size_t len)
{
	struct settings *settings;
	struct bytes etf = BYTES_INIT;

	if (settings_decode(space, len, &settings) < 0)
		return etf;
	assert_int_equal(settings_encode(settings, &etf), 0);
	settings_free(settings);
	return etf;
}

static void start(struct fake_units *fake, const struct update *update)
{
	memset(fake, 0, sizeof(*fake));
	memcpy(fake->data, update->old.data, update->old.len);
	fake_revive(fake);
}

static int load(struct fake_units *fake, const struct update *update,
		struct settings_space *space, bool *recovered)
{
	*recovered = false;
	*space = (struct settings_space){ .place = update->place };
	return settings_load(fake_chip(fake), space, recovered);
}

static int store(struct fake_units *fake, const struct update *update)
{
	struct settings_space space = { .place = update->place };
	struct bytes term = BYTES_INIT;

	memcpy(space.data, fake->data, space.place.len);
	etf_unpack(space.data, space.place.len, &term, &space.map_len);
	bytes_free(&term);
	return settings_store(fake_chip(fake), &space, &update->then);
}

static bool is_map(const struct fake_units *fake, const struct update *update,
		   const struct bytes *want)
{
	struct bytes map = map_of(fake->data, update->place.len);
	bool same = map.len > 0 && bytes_equal(&map, want);

	bytes_free(&map);
	return same;
}

/* Idle after it all: the map is as it was, and one block behind it at most. */
static void tidy(struct fake_units *fake, const struct update *update,
		 struct settings_space *space)
{
	struct bytes before = map_of(fake->data, update->place.len);
	size_t blocks = 0;

	assert_int_equal(settings_tidy(fake_chip(fake), space), 0);
	assert_true(is_map(fake, update, &before));
	for (size_t i = units_in(before.len); i < units_in(space->place.len);
	     i++)
		blocks += !unit_is_blank(fake->data, i);
	assert_true(blocks <= 1);
	assert_true(settings_is_tidy(space));
	bytes_free(&before);
}

/* Load on a chip with power again: true when the new map is there. */
static bool outcome(struct fake_units *fake, const struct update *update,
		    size_t at, int form)
{
	struct settings_space space;
	bool recovered, new;

	fake_revive(fake);
	if (load(fake, update, &space, &recovered) < 0)
		fail_msg("cut %zu, form %d: %s", at, form, fail_reason());
	assert_memory_equal(space.data, fake->data, update->place.len);
	new = is_map(fake, update, &update->new_map);
	if (!new && !is_map(fake, update, &update->old_map))
		fail_msg("cut %zu, form %d: neither the old nor the new map",
			 at, form);
	if (recovered && !new)
		fail_msg("cut %zu, form %d: recovered to something else", at,
			 form);
	tidy(fake, update, &space);
	assert_true(is_map(fake, update,
			   new ? &update->new_map : &update->old_map));
	return new;
}

static void store_with_cut(struct fake_units *fake, const struct update *update,
			   size_t at, int form)
{
	start(fake, update);
	fake_cut(fake, at, form);
	assert_true(store(fake, update) < 0);
}

/* The recovery from a cut is itself cut at each of its writes. */
static void cut_recovery(const struct update *update, size_t first, int form,
			 bool decided)
{
	struct settings_space space;
	struct fake_units fake;
	bool recovered, new, after;
	size_t writes;

	store_with_cut(&fake, update, first, form);
	fake_revive(&fake);
	assert_int_equal(load(&fake, update, &space, &recovered), 0);
	writes = fake.writes;
	new = is_map(&fake, update, &update->new_map);
	for (size_t at = 0; at < writes; at++) {
		for (int again = (int)at % 5; again < CUT_FORMS; again += 5) {
			store_with_cut(&fake, update, first, form);
			fake_cut(&fake, at, again);
			assert_true(load(&fake, update, &space, &recovered) <
				    0);
			after = outcome(&fake, update, at, again);
			/*
			 * What was decided stays decided; by a journal, while
			 * the chip does not hold the old map to the last bit.
			 */
			if (!update->place.state_dir && (decided || !new))
				assert_true(after == new);
			count.second_cuts++;
		}
	}
}

static void cut_everywhere(const struct update *update, int step, bool twice)
{
	struct fake_units fake;
	bool decided = false;
	size_t writes;

	start(&fake, update);
	assert_int_equal(store(&fake, update), 0);
	writes = fake.writes;
	assert_true(is_map(&fake, update, &update->new_map));
	for (size_t at = 0; at < writes; at++) {
		bool all_new = true;

		for (int form = (int)at % step; form < CUT_FORMS;
		     form += step) {
			bool new;

			if (twice && form % 10 == 0)
				cut_recovery(update, at, form, decided);
			store_with_cut(&fake, update, at, form);
			new = outcome(&fake, update, at, form);
			/*
			 * When all of what is new lies behind the old map,
			 * there is no way back. Before that a torn block there
			 * may be as good as new, and torn again.
			 */
			if (decided && !new)
				fail_msg("cut %zu, form %d: back to the old",
					 at, form);
			all_new = all_new && new;
			count.cuts++;
		}
		/* Of all forms: a few may miss the one that undoes it. */
		decided = decided || (all_new && step == 1);
	}
	count.updates++;
}

static void pad(struct bytes *space, const struct bytes *map, size_t len)
{
	assert_int_equal(bytes_set(space, map->data, map->len), 0);
	assert_int_equal(bytes_resize(space, len), 0);
}

/*
 * From one map to another, or nothing when they do not fit. Of the updates
 * that need a journal only some are done: files are slow.
 */
static void try_update(const struct bytes *from, const struct bytes *to,
		       size_t len, size_t number)
{
	struct update update = { .place = { .len = len,
					    .chip_serial = { 1, 0x23, 4 } } };
	bool twice = number % 8 == 0, skip = false;
	struct fake_units fake;
	int err;

	if (from->len > len || to->len > len)
		return;
	pad(&update.old, from, len);
	assert_int_equal(bytes_set(&update.then, to->data, to->len), 0);
	update.old_map = map_of(update.old.data, len);
	update.new_map = map_of(to->data, to->len);
	start(&fake, &update);
	err = store(&fake, &update);
	if (err == -ENOSPC) { /* no room for the record: refused untouched */
		assert_int_equal(fake.writes, 0);
		update.place.state_dir = state_dir;
		skip = number % 6 != 0;
		twice = number % 24 == 0;
		count.journals += !skip;
	}
	if (!skip)
		cut_everywhere(&update,
			       (update.place.state_dir ? 7 : 1) * (int)stride(),
			       twice);
	bytes_free(&update.old);
	bytes_free(&update.then);
	bytes_free(&update.old_map);
	bytes_free(&update.new_map);
}

struct maps {
	size_t count;
	struct bytes map[MAPS_MAX];
};

static void add_map(struct maps *maps, struct bytes map)
{
	assert_true(maps->count < MAPS_MAX);
	maps->map[maps->count++] = map;
}

/* %{1 => <<len bytes>>}: of 255 and 256 a torn length makes 511, which fits. */
static void add_torn_length(struct maps *maps, size_t len)
{
	struct bytes etf = BYTES_INIT;

	assert_int_equal(bytes_append(&etf, "\x83t\0\0\0\1a\1m\0\0", 11), 0);
	assert_int_equal(
		bytes_append(&etf,
			     (uint8_t[]){ (uint8_t)(len >> 8), (uint8_t)len },
			     2),
		0);
	assert_int_equal(bytes_resize(&etf, etf.len + len), 0);
	memset(etf.data + 13, 'v', len);
	add_map(maps, etf);
}

static struct maps some_maps(void)
{
	json_t *golden = golden_json("settings.json"), *one;
	struct maps maps = { 0 };
	size_t i;

	json_array_foreach(json_object_get(golden, "put"), i,
			   one) if (golden_has(one, "slot8") && i % 2 == 0)
		add_map(&maps, golden_hex(one, "etf"));
	json_decref(golden);
	for (size_t len = 100; len <= 224; len += 31)
		add_map(&maps, map_of_len(len, 'a'));
	add_map(&maps, map_of_len(440, 'b'));
	add_map(&maps, map_of_len(441, 'b'));
	add_map(&maps, map_of_len(488, 'c'));
	add_map(&maps, map_of_len(524, 'd'));
	add_torn_length(&maps, 255);
	add_torn_length(&maps, 256);
	return maps;
}

static void old_or_new_whatever_is_cut(void **state)
{
	struct maps maps = some_maps();

	(void)state;
	for (size_t i = 0; i < maps.count; i++)
		for (size_t j = 0; j < maps.count; j++)
			if (i != j)
				try_update(&maps.map[i], &maps.map[j],
					   (i + j) % 3 ? 524 : 416,
					   i * maps.count + j);
	for (size_t i = 0; i < maps.count; i++)
		bytes_free(&maps.map[i]);
	printf("updates: %zu, by a journal: %zu\n", count.updates,
	       count.journals);
	golden_count("power cuts", count.cuts);
	golden_count("power cuts in the recovery from one", count.second_cuts);
}

/* Chips that never had a map, and one whose space is full of something else. */
static void the_first_map_replaces_nothing_or_is_there(void **state)
{
	struct maps maps = some_maps();

	(void)state;
	count.cuts = 0;
	for (int fill = 0; fill < 256; fill += 255) {
		struct bytes blank = BYTES_INIT;

		assert_int_equal(bytes_resize(&blank, 416), 0);
		memset(blank.data, fill, blank.len);
		for (size_t i = 0; i < maps.count; i++)
			try_update(&blank, &maps.map[i], 416, i);
		bytes_free(&blank);
	}
	for (size_t i = 0; i < maps.count; i++)
		bytes_free(&maps.map[i]);
	golden_count("power cuts of a first update", count.cuts);
}

static int make_state_dir(void **state)
{
	(void)state;
	snprintf(state_dir, sizeof(state_dir), "%s/nk-settings-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	return mkdtemp(state_dir) ? 0 : -1;
}

static int remove_state_dir(void **state)
{
	char name[128];

	(void)state;
	snprintf(name, sizeof(name), "%s/012304000000000000.journal",
		 state_dir);
	unlink(name);
	return rmdir(state_dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_or_new_whatever_is_cut),
		cmocka_unit_test(the_first_map_replaces_nothing_or_is_there),
	};

	return cmocka_run_group_tests(tests, make_state_dir, remove_state_dir);
}
