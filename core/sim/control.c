/* SPDX-License-Identifier: Apache-2.0 */
/* Statistics, and what a person at the bench would do with their hands. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "sim_private.h"
#include "text.h"

static json_t *opcode_counts(const struct sim_stats *stats)
{
	json_t *counts = json_object();
	char opcode[3];

	for (unsigned int i = 0; i < 256; i++) {
		uint8_t byte = (uint8_t)i;

		if (stats->by_opcode[i] == 0)
			continue;
		hex_encode(&byte, 1, opcode);
		json_object_set_new(
			counts, opcode,
			json_integer((json_int_t)stats->by_opcode[i]));
	}
	return counts;
}

static json_t *build_stats(const struct sim *sim)
{
	const struct sim_stats *stats = &sim->stats;
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
		{ "transfers", stats->transfers },
		{ "naks", stats->naks },
		{ "bytes_written", stats->written },
		{ "bytes_read", stats->read },
		{ "wakes", stats->wakes },
		{ "commands", stats->commands },
		{ "refused", stats->refused },
		{ "bus_us", stats->bus_us },
		{ "execution_us", stats->execution_us },
		{ "now_us", sim_now_us(sim) },
	};
	uint8_t serial[9];
	char hex[19];
	json_t *json;

	eeprom_serial(&sim->chip.eeprom, serial);
	hex_encode(serial, sizeof(serial), hex);
	json = json_pack("{s:s, s:b, s:b, s:b}", "chip_serial", hex, "powered",
			 sim->powered, "present", sim->present, "latch",
			 sim->chip.latch);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		json_object_set_new(json, counts[i].name,
				    json_integer((json_int_t)counts[i].count));
	json_object_set_new(json, "by_opcode", opcode_counts(stats));
	return json;
}

int sim_stats(const struct sim *sim, struct bytes *out)
{
	json_t *json = build_stats(sim);
	char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
	int err = text ? bytes_printf(out, "%s\n", text) : -ENOMEM;

	free(text);
	json_decref(json);
	return err;
}

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
		return fail_because(EINVAL, "power off, power on, power cycle");
	if (off)
		sim_power_off(sim);
	else
		sim_power_on(sim);
	return 0;
}

static int run_remove(struct sim *sim, const char *argument)
{
	(void)argument;
	sim_power_off(sim);
	sim->present = false;
	return 0;
}

static int run_insert(struct sim *sim, const char *argument)
{
	(void)argument;
	sim_insert(sim);
	return 0;
}

static int run_swap(struct sim *sim, const char *argument)
{
	return sim_swap(sim, *argument ? argument : NULL);
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

int sim_control(struct sim *sim, const char *command, struct bytes *answer)
{
	size_t len = strcspn(command, " ");
	const char *argument = command + len + strspn(command + len, " ");

	if (strcmp(command, "stats") == 0)
		return sim_stats(sim, answer);
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (strlen(controls[i].name) != len ||
		    memcmp(controls[i].name, command, len) != 0)
			continue;
		if (controls[i].wants_argument && !*argument)
			return fail_because(EINVAL, "%s what?", command);
		return controls[i].run(sim, argument);
	}
	return fail_because(EINVAL,
			    "no control command \"%s\": there are faults, "
			    "no-faults, power, remove, insert, swap, stats "
			    "and reset",
			    command);
}
