/* SPDX-License-Identifier: Apache-2.0 */
/* Scenarios of mounted files, through fs/. */
#include "no_memory_scenarios.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "settings_dir.h"

/* As an editor does: a scratch file that replaces a key. */
static int edit(struct settings_dir *dir)
{
	struct bytes text = { (uint8_t *)(uintptr_t) "edited", 6, 0, 0 };
	struct setting_open *open;
	int err;

	err = settings_dir_open(dir, ".server.swp", O_CREAT | O_WRONLY, &open);
	err = settings_dir_commit(dir, err);
	if (err < 0)
		return err;
	err = settings_dir_write(dir, open, &text, 0);
	err = settings_dir_commit(dir, err);
	settings_dir_commit(dir, settings_dir_close(dir, open));
	if (err == 0)
		err = settings_dir_rename(dir, ".server.swp", "server", 0);
	return settings_dir_commit(dir, err);
}

/* As vim and mv do: to a backup name and back, or over another key. */
static int move(struct settings_dir *dir)
{
	static const struct {
		const char *from, *to;
		unsigned int flags;
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
		err = settings_dir_rename(dir, moves[i].from, moves[i].to,
					  moves[i].flags);
		err = settings_dir_commit(dir, err);
		/* An earlier run that failed later has done it. */
		if (err < 0 && err != -ENOENT)
			return err;
	}
	return 0;
}

static int with_dir(struct nerveskey *key,
		    int (*work)(struct settings_dir *dir))
{
	struct settings_dir *dir;
	int err = settings_dir_new(key, &dir);

	if (err < 0)
		return err;
	err = work(dir);
	settings_dir_free(dir);
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
