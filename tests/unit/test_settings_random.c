/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes at random, with power cuts at random writes of updates, of what
 * finishes them and of what wipes their remains, and another program that
 * writes in between. NK_CUTS: how many changes; 100,000 when it is not set, fewer with NK_STRIDE.
 */
#include "settings_fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "fake_units.h"

static char state_dir[64];
static uint64_t seed = 20261130;

static struct {
	size_t changes, cuts, finished, old, new, refused, theirs, torn, wipes;
} count;

/* One part, and what must be on it: the map that was confirmed last. */
static struct part {
	struct fake_settings f;
	struct settings *map;
	struct bytes stored; /* as an external term */
} part;

static uint32_t below(uint32_t limit)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(seed >> 33) % limit;
}

static void keep(struct settings *map)
{
	settings_free(part.map);
	part.map = map;
	bytes_free(&part.stored);
	part.stored = encoded(map);
}

static bool chip_has(const struct bytes *etf)
{
	return memcmp(part.f.fake.data, etf->data, etf->len) == 0;
}

/* The names that a map has, or is to have. */
static const char *random_name(void)
{
	static const char *const names[] = { "host", "server", "ssid", ":port",
					     "zone", "key",    "psk",  "log",
					     "a",    "token",  ":mode" };

	return names[below(sizeof(names) / sizeof(*names))];
}

static struct bytes random_value(void)
{
	struct bytes value = BYTES_INIT;
	size_t len = below(8) ? below(24) : below(300);

	assert_int_equal(bytes_resize(&value, len), 0);
	for (size_t i = 0; i < len; i++)
		value.data[i] =
			(uint8_t)(below(4) ? 'a' + below(26) : below(256));
	return value;
}

static void change(struct settings *map)
{
	struct bytes value = random_value();

	switch (below(6)) {
	case 0:
		settings_remove(map, random_name());
		break;
	case 1:
		settings_rename(map, random_name(), random_name());
		break;
	case 2:
		settings_exchange(map, random_name(), random_name());
		break;
	default:
		assert_int_equal(settings_put(map, random_name(), &value), 0);
	}
	bytes_free(&value);
}

static struct settings *changed_map(void)
{
	struct settings *map;

	assert_int_equal(settings_clone(part.map, &map), 0);
	for (uint32_t n = 1 + (below(10) == 0) * below(4); n > 0; n--)
		change(map);
	return map;
}

/* Power on in a new process, with cuts in what is done then. */
static void start(void)
{
	for (int tries = 0;; tries++) {
		part.f.space = (struct settings_space){ .place = part.f.place };
		fake_revive(&part.f.fake);
		if (tries < 3 && below(3) == 0) {
			fake_cut(&part.f.fake, below(6), (int)below(CUT_FORMS));
			count.cuts++;
		}
		if (settings_load(fake_chip(&part.f.fake), &part.f.space,
				  &part.f.recovered) == 0)
			break;
	}
	fake_revive(&part.f.fake);
	count.finished += part.f.recovered;
}

/* Idle; at times the power goes while remains are wiped. */
static void tidy(void)
{
	if (below(8) == 0)
		fake_cut(&part.f.fake, below(3), (int)below(CUT_FORMS));
	if (settings_tidy(fake_chip(&part.f.fake), &part.f.space) < 0) {
		count.cuts++;
		start();
	}
	fake_revive(&part.f.fake);
	assert_true(chip_has(&part.stored));
	count.wipes++;
}

/* Elixir replaces the whole space; what it leaves is what must be there. */
static void write_elsewhere(void)
{
	struct settings *map = changed_map();
	struct bytes etf = encoded(map);

	while (etf.len > part.f.place.len) {
		settings_free(map);
		bytes_free(&etf);
		map = changed_map();
		etf = encoded(map);
	}
	memset(part.f.fake.data, 0, part.f.place.len);
	memcpy(part.f.fake.data, etf.data, etf.len);
	keep(map);
	count.theirs++;
	bytes_free(&etf);
}

/* A process that had not seen it is told. */
static void assert_stale(const struct bytes *etf)
{
	struct fake_units before = part.f.fake;
	int err = settings_store(fake_chip(&part.f.fake), &part.f.space, etf);

	if (err != -ESTALE)
		fail_msg("another program's map: %d %s", err, fail_reason());
	assert_memory_equal(part.f.fake.data, before.data, sizeof(before.data));
}

static void image_of(const struct bytes *etf, uint8_t *space)
{
	memset(space, 0, SETTINGS_SPACE_MAX);
	memcpy(space, etf->data, etf->len);
}

/*
 * With a journal and no record, what another program wrote cannot be told from
 * a torn unit: before it all is as in the new map, behind it as in the old.
 */
static bool may_be_torn(const struct bytes *old, const struct bytes *new,
			const struct bytes *theirs)
{
	uint8_t a[SETTINGS_SPACE_MAX], b[SETTINGS_SPACE_MAX];
	uint8_t c[SETTINGS_SPACE_MAX];
	uint32_t not_old, not_new;

	image_of(old, a);
	image_of(new, b);
	image_of(theirs, c);
	not_old = units_that_differ(a, c, UNIT_COUNT);
	not_new = units_that_differ(b, c, UNIT_COUNT);
	/* The first that is not new is the last that is not old. */
	return part.f.place.state_dir && not_new != 0 &&
	       not_old >> __builtin_ctz(not_new) <= 1;
}

/* Before anybody looks, the other program is quicker. */
static void write_before_the_start(struct settings *ours,
				   const struct bytes *etf)
{
	struct bytes old = BYTES_INIT;

	bytes_move(&old, &part.stored);
	write_elsewhere();
	start();
	if (chip_has(&part.stored)) {
		settings_free(ours);
	} else if (chip_has(etf) && may_be_torn(&old, etf, &part.stored)) {
		keep(ours);
		count.torn++;
	} else {
		fail_msg("change %zu: another program's map is lost",
			 count.changes);
	}
	bytes_free(&old);
}

static void after_the_cut(struct settings *map, const struct bytes *etf)
{
	if (below(4) == 0) {
		write_before_the_start(map, etf);
		return;
	}
	start();
	if (chip_has(etf)) {
		keep(map);
		count.new ++;
		return;
	}
	if (!chip_has(&part.stored))
		fail_msg("change %zu: neither the old map nor the new one",
			 count.changes);
	settings_free(map);
	count.old++;
}

static void make_change(bool cut)
{
	struct settings *map = changed_map();
	struct bytes etf = encoded(map);
	int err;

	part.f.fake.seed = below(UINT32_MAX);
	if (cut)
		fake_cut(&part.f.fake, below(below(3) ? 6 : 40),
			 (int)below(CUT_FORMS));
	err = fake_settings_store(&part.f, &etf);
	if (err == -ENOSPC) {
		assert_true(chip_has(&part.stored));
		settings_free(map);
		count.refused++;
	} else if (err < 0) {
		assert_true(part.f.fake.dead);
		count.cuts++;
		after_the_cut(map, &etf);
	} else {
		assert_true(chip_has(&etf));
		keep(map);
	}
	fake_revive(&part.f.fake);
	bytes_free(&etf);
}

static void one_step(void)
{
	struct bytes other;

	switch (below(12)) {
	case 0:
		start(); /* a new process */
		break;
	case 1:
	case 2:
		tidy();
		break;
	case 3:
		other = map_of_len(60, 'q');
		write_elsewhere();
		if (below(2) && !chip_has(&other) &&
		    settings_unchanged(fake_chip(&part.f.fake),
				       &part.f.space) == -ESTALE)
			assert_stale(&other);
		bytes_free(&other);
		start();
		break;
	default:
		make_change(below(2));
		count.changes++;
	}
	if (!chip_has(&part.stored))
		fail_msg("change %zu: the map is not what was stored",
			 count.changes);
}

static void begin_part(size_t len, const char *dir)
{
	struct settings *map;

	part.f = (struct fake_settings){
		.place = { .len = len,
			   .chip_serial = { 1, 0x23, 4 },
			   .state_dir = dir },
	};
	assert_int_equal(settings_new(&map), 0);
	keep(map);
	memcpy(part.f.fake.data, part.stored.data, part.stored.len);
	start();
}

static size_t changes(void)
{
	const char *text = getenv("NK_CUTS");

	return text ? (size_t)atol(text) : 100000 / stride();
}

static void no_change_is_lost_mixed_or_taken_back(void **state)
{
	(void)state;
	while (count.changes < changes()) {
		size_t end = count.changes + 500;

		begin_part(below(4) ? SETTINGS_SPACE_MAX
				    : SETTINGS_SPACE_TRUST_AND_GO,
			   below(4) ? NULL : state_dir);
		while (count.changes < end)
			one_step();
	}
	settings_free(part.map);
	bytes_free(&part.stored);
	printf("# %zu changes, %zu refused; %zu cuts: %zu old, %zu new, "
	       "%zu finished; %zu maps of another program, %zu of them "
	       "lost to a journal; %zu wipes\n",
	       count.changes, count.refused, count.cuts, count.old, count.new,
	       count.finished, count.theirs, count.torn, count.wipes);
	assert_true(count.old > 0 && count.new > 0 && count.finished > 0);
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
		cmocka_unit_test(no_change_is_lost_mixed_or_taken_back),
	};

	return cmocka_run_group_tests(tests, make_state_dir, remove_state_dir);
}
