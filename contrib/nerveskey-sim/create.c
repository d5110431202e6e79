/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bytes.h"
#include "error.h"
#include "sim.h"
#include "store_format.h"
#include "tool.h"

enum { MODEL, SEED, FROM, OPTION_COUNT };

struct create {
	const char *file, *option[OPTION_COUNT];
};

static int parse(int argc, char **argv, struct create *create)
{
	static const struct option options[] = {
		{ "model", required_argument, NULL, MODEL },
		{ "seed", required_argument, NULL, SEED },
		{ "from", required_argument, NULL, FROM },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return tool_usage("create FILE [--model M] [--seed N] "
					  "[--from IMAGE]");
		create->option[option] = optarg;
	}
	if (argc - optind != 1)
		return tool_usage("create wants one FILE");
	if (create->option[FROM] &&
	    (create->option[MODEL] || create->option[SEED]))
		return tool_usage("--from has its own model and serial number");
	create->file = argv[optind];
	return 0;
}

static int check_is_new(const char *file)
{
	struct stat info;

	if (lstat(file, &info) == 0 && info.st_size > 0)
		return fail_because(
			EEXIST,
			"%s exists and is left alone: name a new file, "
			"or remove this one",
			file);
	return 0;
}

/* The simulator creates the chip when FILE is missing. */
static int create_blank(const char *file, const char *model, const char *seed)
{
	BYTES_LOCAL(spec);
	struct sim *sim;
	int err;

	if (strchr(file, ','))
		return fail_because(
			EINVAL,
			"%s has a comma, after which options begin in "
			"sim:FILE: choose a name without one",
			file);
	err = bytes_printf(&spec, "%s,model=%s%s%s", file, model ?: "608b",
			   seed ? ",seed=" : "", seed ?: "");
	if (err == 0)
		err = sim_open(bytes_text(&spec), &sim);
	if (err == 0)
		sim_close(sim);
	return err;
}

/* Copies all of IMAGE, including members that the simulator does not know. */
static int create_copy(const char *file, const char *from)
{
	struct eeprom eeprom;
	struct store store;
	json_t *image;
	bool is_new;
	int err = store_read(from, &image);

	if (err < 0)
		return err;
	err = store_format_decode(from, image, &eeprom);
	explicit_bzero(&eeprom, sizeof(eeprom));
	if (err == 0)
		err = store_open(&store, file, &is_new);
	if (err < 0) {
		json_decref(image);
		return err;
	}
	if (is_new) {
		store.json = json_incref(image);
		err = store_write(&store);
	} else {
		err = check_is_new(file);
	}
	store_close(&store);
	json_decref(image);
	return err;
}

int tool_create(int argc, char **argv)
{
	struct create create = { 0 };
	int err = parse(argc, argv, &create);

	if (err)
		return err;
	err = check_is_new(create.file);
	if (err == 0)
		err = create.option[FROM]
			      ? create_copy(create.file, create.option[FROM])
			      : create_blank(create.file, create.option[MODEL],
					     create.option[SEED]);
	return err < 0 ? tool_failed(err) : 0;
}
