/* SPDX-License-Identifier: Apache-2.0 */
/* Scenarios of mounted files, through fs/. */
#include "no_memory_scenarios.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "nodes.h"

static int run(struct chip *chip, chip_work *work, struct request *request)
{
	int err = settings_dir_commit(chip->settings, work(chip, request));

	settings_dir_over(chip->settings, err);
	bytes_free(&request->reply);
	return err;
}

/* The rows of settings/ and of its files. */
static const struct directory *directory(void)
{
	return settings_nodes.rows[0].directory;
}

static int move_file(struct chip *chip, const char *from, const char *to,
		     int flags)
{
	return run(chip, directory()->rename,
		   &(struct request){
			   .name = from, .target = to, .flags = flags });
}

/* As an editor does: a scratch file that replaces a key. */
static int edit(struct chip *chip)
{
	struct request request = { .name = ".server.swp",
				   .data = { (uint8_t *)(uintptr_t) "edited", 6,
					     0, 0 },
				   .flags = O_CREAT | O_WRONLY };
	const struct node *setting = directory()->child;
	int err = run(chip, setting->open, &request);

	if (err < 0)
		return err;
	err = run(chip, setting->put, &request);
	run(chip, setting->close, &request);
	return err < 0 ? err : move_file(chip, ".server.swp", "server", 0);
}

/* As vim and mv do: to a backup name and back, or over another key. */
static int move(struct chip *chip)
{
	static const struct {
		const char *from, *to;
		int flags;
	} moves[] = {
		{ "server", "server~", 0 },
		{ "server~", "server", 0 },
		{ "server", "server~", 0 },
		{ "server~", "other", 0 },
		{ "other", "port", RENAME_EXCHANGE },
		{ "port", "server", 0 },
		{ "other", "port", 0 },
	};
	int err;

	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		err = move_file(chip, moves[i].from, moves[i].to,
				moves[i].flags);
		/* An earlier run that failed later has done it. */
		if (err < 0 && err != -ENOENT)
			return err;
	}
	return 0;
}

static int with_dir(struct nerveskey *key, int (*work)(struct chip *chip))
{
	struct chip chip = { .key = key };
	int err = settings_dir_new(key, &chip.settings);

	if (err < 0)
		return err;
	err = work(&chip);
	settings_dir_free(chip.settings);
	return err;
}

int run_files(struct nerveskey *key)
{
	return with_dir(key, edit);
}

int run_moves(struct nerveskey *key)
{
	return with_dir(key, move);
}
