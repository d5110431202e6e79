/* SPDX-License-Identifier: Apache-2.0 */
#include "control.h"

#include <errno.h>
#include <string.h>

#include "error.h"
#include "power.h"
#include "stats.h"
#include "swap.h"

static int run_faults(struct sim *sim, const char *argument)
{
	return faults_add(&sim->faults, argument, sim->transfer, sim->command);
}

static int run_no_faults(struct sim *sim, const char *argument)
{
	(void)argument;
	faults_clear(&sim->faults);
	return 0;
}

static int run_power(struct sim *sim, const char *argument)
{
	bool off = strcmp(argument, "off") == 0;

	if (!off && strcmp(argument, "on") != 0 &&
	    strcmp(argument, "cycle") != 0)
		return fail_because(
			EINVAL,
			"\"power %s\" is not known: off, on or cycle is "
			"expected",
			argument);
	if (off)
		power_off(sim);
	else
		power_on(sim);
	return 0;
}

static int run_remove(struct sim *sim, const char *argument)
{
	(void)argument;
	power_off(sim);
	sim->present = false;
	return 0;
}

static int run_insert(struct sim *sim, const char *argument)
{
	(void)argument;
	power_insert(sim);
	return 0;
}

static int run_swap(struct sim *sim, const char *argument)
{
	return swap_chip(sim, *argument ? argument : NULL);
}

static int run_reset(struct sim *sim, const char *argument)
{
	(void)argument;
	memset(&sim->stats, 0, sizeof(sim->stats));
	return 0;
}

static const struct {
	const char *name;
	bool wants_argument;
	int (*run)(struct sim *sim, const char *argument);
} controls[] = {
	{ "faults", true, run_faults },	 { "no-faults", false, run_no_faults },
	{ "power", true, run_power },	 { "remove", false, run_remove },
	{ "insert", false, run_insert }, { "swap", false, run_swap },
	{ "reset", false, run_reset },
};

int control_run(struct sim *sim, const char *command, struct bytes *answer)
{
	size_t len = strcspn(command, " ");
	const char *argument = command + len + strspn(command + len, " ");

	if (strcmp(command, "stats") == 0)
		return stats_json(sim, answer);
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (strlen(controls[i].name) != len ||
		    memcmp(controls[i].name, command, len) != 0)
			continue;
		if (controls[i].wants_argument && !*argument)
			return fail_because(
				EINVAL,
				"\"%s\" needs an argument: README.md of the "
				"simulator has them all",
				command);
		return controls[i].run(sim, argument);
	}
	return fail_because(EINVAL,
			    "there is no control command \"%s\": faults, "
			    "no-faults, power, remove, insert, swap, stats "
			    "or reset is expected",
			    command);
}
