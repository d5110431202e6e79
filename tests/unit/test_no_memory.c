/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each request for memory is refused alone, then together with all later ones:
 * the operation reports it or does without, nothing is half done, and the same
 * operation works afterwards. Trying finds out how many requests there are.
 */
#include "key_bench.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "no_memory.h"
#include "no_memory_scenarios.h"

static size_t points, refusals;

static struct nerveskey *must_open(const char *what)
{
	struct nerveskey *key;

	if (bench_open("", &key) < 0)
		fail_msg("%s: cannot be opened: %s", what, fail_reason());
	return key;
}

/* The settings of the chip as it is, as stored. */
static struct bytes settings_of(struct nerveskey *key)
{
	struct bytes etf = BYTES_INIT;

	assert_int_equal(do_get_map(key, &etf), 0);
	return etf;
}

/* The map is the old one or the new one. */
static void assert_old_or_new(struct nerveskey *key, const struct bytes maps[2],
			      const char *what)
{
	struct bytes now = settings_of(key);

	if (!bytes_equal(&now, &maps[0]) && !bytes_equal(&now, &maps[1]))
		fail_msg("%s: the settings are neither old nor new", what);
	bytes_free(&now);
}

/* An error that a lack of memory explains. */
static void assert_explained(enum no_memory_for whose, int err,
			     const char *what)
{
	if (err == 0 || err == -ENOMEM)
		return;
	/* The libraries do not always report why they failed. */
	if (whose == NO_MEMORY_LIBRARIES && err > -4096 && err < 0)
		return;
	fail_msg("%s: %s: %s", what, errno_name(err), fail_reason());
}

/* What memory, lacking at one point, has made of the chip. */
static void check_chip(const struct scenario *scenario, struct nerveskey *key,
		       const json_t *before, const struct bytes maps[2],
		       const char *what)
{
	json_t *now;

	switch (scenario->changes) {
	case CHANGES_NOTHING:
		now = bench_state(bench_chip);
		if (!json_equal(before, now))
			fail_msg("%s: the chip has changed", what);
		json_decref(now);
		break;
	case CHANGES_SETTINGS:
		assert_old_or_new(key, maps, what);
		break;
	case CHANGES_MUCH: /* the same again completes it: tried by all */
		break;
	}
}

/* One point; false when there was no such request any more. */
static bool try_point(const struct scenario *scenario, const json_t *before,
		      const struct bytes maps[2], enum no_memory_for whose,
		      unsigned long at, bool for_ever)
{
	struct nerveskey *key = NULL;
	bool struck, done;
	char what[96];
	int err;

	snprintf(what, sizeof(what), "%s, %s %lu%s", scenario->name,
		 whose == NO_MEMORY_OURS ? "ours" : "a library's", at,
		 for_ever ? " and all after it" : "");
	bench_place(bench_chip, scenario->image);
	if (!scenario->opens)
		key = must_open(what);
	no_memory_begin(whose, at, for_ever);
	err = scenario->opens ? bench_open("", &key) : scenario->run(key);
	struck = no_memory_end();
	assert_explained(whose, err, what);
	done = err == 0;
	/* Half of the points are looked at by another mount. */
	if (key && for_ever) {
		nerveskey_close(key);
		key = NULL;
	}
	if (!key)
		key = must_open(what);
	check_chip(scenario, key, before, maps, what);
	/* An operation that was done nevertheless may be refused now. */
	err = scenario->run(key);
	if (err < 0 && !(done && scenario->once && err == -EPERM))
		fail_msg("%s: the same again: %s: %s", what, errno_name(err),
			 fail_reason());
	nerveskey_close(key);
	points += struck;
	refusals += struck && !done;
	return struck;
}

static void try_scenario(void **state)
{
	const struct scenario *scenario = *state;
	struct bytes maps[2] = { BYTES_INIT, BYTES_INIT };
	unsigned long count[2] = { 0, 0 };
	struct nerveskey *key;
	json_t *before;

	bench_place(bench_chip, scenario->image);
	key = must_open(scenario->name);
	before = bench_state(bench_chip);
	if (scenario->changes == CHANGES_SETTINGS) {
		maps[0] = settings_of(key);
		assert_int_equal(scenario->run(key), 0);
		maps[1] = settings_of(key);
	}
	nerveskey_close(key);
	for (int whose = 0; whose < 2; whose++)
		for (int ever = 0; ever < 2; ever++)
			for (unsigned long at = 1;
			     try_point(scenario, before, maps,
				       whose ? NO_MEMORY_LIBRARIES
					     : NO_MEMORY_OURS,
				       at, ever);
			     at++)
				count[whose] = at;
	printf("# %s: %lu requests of ours, %lu of libraries\n", scenario->name,
	       count[0], count[1]);
	json_decref(before);
	bytes_free(&maps[0]);
	bytes_free(&maps[1]);
}

static int begin(void **state)
{
	scenarios_begin();
	return bench_begin(state);
}

static int end(void **state)
{
	scenarios_end();
	printf("# no memory: %zu points tried, %zu of them ended in an error\n",
	       points, refusals);
	return bench_end(state);
}

int main(void)
{
	struct CMUnitTest tests[SCENARIOS_MAX];

	for (size_t i = 0; i < scenario_count; i++)
		tests[i] = (struct CMUnitTest){
			.name = scenarios[i].name,
			.test_func = try_scenario,
			.initial_state = (void *)&scenarios[i],
		};
	return _cmocka_run_group_tests("no memory", tests, scenario_count,
				       begin, end);
}
