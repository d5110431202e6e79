/* SPDX-License-Identifier: Apache-2.0 */
/* Scenarios of mounted files, by way of fs/. */
#include "no_memory_scenarios.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "handle.h"

/* As an editor does: a scratch file that takes a key's place. */
static int edit(struct settings_files *files)
{
	struct setting_open *open;
	struct bytes text = BYTES_INIT;
	int err;

	err = settings_files_open(files, ".server.swp", O_CREAT | O_WRONLY,
				  &open);
	if (err < 0)
		return err;
	err = settings_files_write(files, open, (const uint8_t *)"edited", 6,
				   0);
	settings_files_close(files, open);
	if (err == 0)
		err = settings_files_rename(files, ".server.swp", "server", 0);
	if (err == 0)
		err = settings_files_read(files, "server", NULL, &text);
	bytes_free(&text);
	return err;
}

/* As vim and mv do: out of the way and back, or to another key's place. */
static int move(struct settings_files *files)
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
	const char *type;
	int err;

	for (size_t i = 0; i < sizeof(moves) / sizeof(*moves); i++) {
		err = settings_files_type(files, moves[i].from, NULL, &type);
		if (err == 0)
			err = settings_files_rename(files, moves[i].from,
						    moves[i].to,
						    moves[i].flags);
		/* Done by one that did not come to its end. */
		if (err < 0 && err != -ENOENT)
			return err;
	}
	return 0;
}

int run_files(struct nerveskey *key)
{
	struct settings_files *files;
	int err = settings_files_new(key, &files);

	if (err < 0)
		return err;
	err = edit(files);
	settings_files_free(files);
	return err;
}

int run_moves(struct nerveskey *key)
{
	struct settings_files *files;
	int err = settings_files_new(key, &files);

	if (err < 0)
		return err;
	err = move(files);
	settings_files_free(files);
	return err;
}

/* Open, write `len` bytes if there are any, read, close. */
static int use(struct fs *fs, const char *path, const void *data, size_t len)
{
	struct handle *handle;
	uint8_t buffer[2048];
	struct place at;
	ssize_t done;
	int err;

	err = nodes_find(fs, path, &at);
	if (err == 0)
		err = handle_open(&at, len ? O_RDWR : O_RDONLY, &handle);
	if (err < 0)
		return err;
	done = len ? handle_write(handle, 0, data, len, 0) : 0;
	if (done >= 0)
		done = handle_read(handle, 0, buffer, sizeof(buffer), 0);
	handle_close(handle);
	return done < 0 ? (int)done : 0;
}

int run_handles(struct nerveskey *key)
{
	static const char digest[32] = "a digest";
	static const char map[] = "\x83t\0\0\0\1m\0\0\0\6serverm\0\0\0\1x";
	struct fs fs = { .key = key };
	int err = settings_files_new(key, &fs.settings);

	if (err < 0)
		return err;
	latest_init(&fs.latest);
	err = use(&fs, "/device.pem", NULL, 0);
	if (err == 0)
		err = use(&fs, "/sign", digest, sizeof(digest));
	if (err == 0)
		err = use(&fs, "/slots/1", "slot", 4);
	if (err == 0)
		err = use(&fs, "/settings/server", "server", 6);
	if (err == 0)
		err = use(&fs, "/settings.etf", map, sizeof(map) - 1);
	latest_destroy(&fs.latest);
	settings_files_free(fs.settings);
	return err;
}
