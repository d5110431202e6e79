/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "error.h"

#define DEFAULT_HZ 100000u
#define HIGHEST_HZ 1000000u

static int set_text(char **text, const char *value)
{
	free(*text);
	*text = strdup(value);
	return *text ? 0 : -ENOMEM;
}

static int set_model(struct sim_options *options, const char *value)
{
	return set_text(&options->model, value);
}

static int set_faults(struct sim_options *options, const char *value)
{
	return set_text(&options->faults, value);
}

/* Made absolute: it is written at close, and daemons change their directory. */
static int set_stats(struct sim_options *options, const char *value)
{
	char *here = *value == '/' ? strdup("") : get_current_dir_name();
	struct bytes path = BYTES_INIT;
	int err = -ENOMEM;

	if (here)
		err = bytes_printf(&path, "%s%s%s", here, *here ? "/" : "",
				   value);
	if (err == 0)
		err = set_text(&options->stats, bytes_text(&path));
	bytes_free(&path);
	free(here);
	return err;
}

static int set_timing(struct sim_options *options, const char *value)
{
	static const char *const names[] = { "none", "typical", "max" };

	for (unsigned int i = 0; i < 3; i++) {
		if (strcmp(value, names[i]) == 0) {
			options->timing = (enum sim_timing)i;
			return 0;
		}
	}
	return fail_because(
		EINVAL, "timing=%s: none, typical or max is expected", value);
}

static int set_clock(struct sim_options *options, const char *value)
{
	options->virtual_clock = strcmp(value, "virtual") == 0;
	if (options->virtual_clock || strcmp(value, "real") == 0)
		return 0;
	return fail_because(EINVAL, "clock=%s: real or virtual is expected",
			    value);
}

static int set_wake_crc(struct sim_options *options, const char *value)
{
	options->wake_crc_c440 = strcmp(value, "c440") == 0;
	if (options->wake_crc_c440 || strcmp(value, "40c2") == 0)
		return 0;
	return fail_because(EINVAL, "wake-crc=%s: 40c2 or c440 is expected",
			    value);
}

static int parse_number(const char *value, uint64_t *number)
{
	char *end;

	if (*value < '0' || *value > '9')
		return -EINVAL;
	errno = 0;
	*number = strtoull(value, &end, 0);
	return errno || *end ? -EINVAL : 0;
}

static int set_hz(struct sim_options *options, const char *value)
{
	uint64_t hz;

	if (parse_number(value, &hz) < 0 || hz > HIGHEST_HZ)
		return fail_because(EINVAL,
				    "hz=%s: a number from 0 to %u is expected",
				    value, HIGHEST_HZ);
	options->hz = (unsigned int)hz;
	return 0;
}

static int set_address(struct sim_options *options, const char *value)
{
	uint64_t address;

	if (parse_number(value, &address) < 0 || address < 0x08 ||
	    address > 0x77)
		return fail_because(
			EINVAL,
			"addr=%s: a 7-bit address from 0x08 to 0x77 is "
			"expected",
			value);
	options->address = (unsigned int)address;
	return 0;
}

static int set_seed(struct sim_options *options, const char *value)
{
	if (parse_number(value, &options->seed) < 0)
		return fail_because(EINVAL, "seed=%s: a number is expected",
				    value);
	options->seeded = true;
	return 0;
}

static const struct {
	const char *name;
	int (*set)(struct sim_options *options, const char *value);
} settings[] = {
	{ "model", set_model },	      { "timing", set_timing },
	{ "clock", set_clock },	      { "hz", set_hz },
	{ "seed", set_seed },	      { "faults", set_faults },
	{ "addr", set_address },      { "stats", set_stats },
	{ "wake-crc", set_wake_crc },
};

static int set_option(struct sim_options *options, char *option)
{
	char *value = strchr(option, '=');

	if (!value)
		return fail_because(
			EINVAL,
			"\"%s\" is not name=value, as an option of the "
			"simulator is written",
			option);
	*value++ = '\0';
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if (strcmp(settings[i].name, option) == 0)
			return settings[i].set(options, value);
	return fail_because(EINVAL,
			    "the simulator has no option \"%s\": model, "
			    "timing, clock, hz, seed, faults, addr, stats "
			    "or wake-crc is expected",
			    option);
}

int sim_options_parse(const char *spec, struct sim_options *options)
{
	char *rest, *option;
	int err = 0;

	*options = (struct sim_options){ .hz = UINT32_MAX };
	options->file = strdup(spec);
	if (!options->file)
		return -ENOMEM;
	rest = options->file;
	strsep(&rest, ",");
	if (!*options->file)
		return fail_because(EINVAL,
				    "sim: has no file name: write sim:FILE");
	while (err == 0 && (option = strsep(&rest, ",")))
		err = set_option(options, option);
	if (options->hz == UINT32_MAX)
		options->hz = options->timing == TIMING_NONE ? 0 : DEFAULT_HZ;
	return err;
}

void sim_options_free(struct sim_options *options)
{
	free(options->file);
	free(options->model);
	free(options->faults);
	free(options->stats);
	*options = (struct sim_options){ 0 };
}
