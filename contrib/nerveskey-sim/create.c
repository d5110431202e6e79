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

struct create {
	const char *file, *model, *seed, *from;
};

static int parse(int argc, char **argv, struct create *create)
{
	static const struct option options[] = {
		{ "model", required_argument, NULL, 'm' },
		{ "seed", required_argument, NULL, 's' },
		{ "from", required_argument, NULL, 'f' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'm':
			create->model = optarg;
			break;
		case 's':
			create->seed = optarg;
			break;
		case 'f':
			create->from = optarg;
			break;
		default:
			return tool_usage("create FILE [--model M] [--seed N] "
					  "[--from IMAGE]");
		}
	}
	if (argc - optind != 1)
		return tool_usage("create wants one FILE");
	if (create->from && (create->model || create->seed))
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
static int create_blank(const struct create *create)
{
	struct bytes spec = BYTES_INIT;
	struct sim *sim;
	int err;

	if (strchr(create->file, ','))
		return fail_because(
			EINVAL,
			"%s has a comma, after which options begin in "
			"sim:FILE: choose a name without one",
			create->file);
	err = bytes_printf(&spec, "%s,model=%s%s%s", create->file,
			   create->model ? create->model : "608b",
			   create->seed ? ",seed=" : "",
			   create->seed ? create->seed : "");
	if (err == 0)
		err = sim_open(bytes_text(&spec), &sim);
	bytes_free(&spec);
	if (err == 0)
		sim_close(sim);
	return err;
}

/* Copies all of IMAGE, including members that the simulator does not know. */
static int create_copy(const struct create *create)
{
	struct eeprom eeprom;
	struct store store;
	json_t *image;
	bool is_new;
	int err;

	err = store_read(create->from, &image);
	if (err < 0)
		return err;
	err = store_format_decode(create->from, image, &eeprom);
	explicit_bzero(&eeprom, sizeof(eeprom));
	if (err < 0)
		goto free_image;
	err = store_open(&store, create->file, &is_new);
	if (err < 0)
		goto free_image;
	if (is_new) {
		store.json = json_incref(image);
		err = store_write(&store);
	} else {
		err = check_is_new(create->file);
	}
	store_close(&store);
free_image:
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
		err = create.from ? create_copy(&create)
				  : create_blank(&create);
	return err < 0 ? tool_failed(err) : 0;
}
