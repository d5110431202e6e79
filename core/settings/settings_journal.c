/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_update.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "error.h"
#include "io.h"
#include "log.h"
#include "text.h"

static const char title[] = "nerveskeyfs settings journal 1\n";
#define TITLE_LEN (sizeof(title) - 1)

/* Title, the space before, the space after, CRC-32 of it all. */
#define IMAGE_LEN(len) (TITLE_LEN + 2 * (len) + sizeof(uint32_t))
#define IMAGE_MAX      IMAGE_LEN(SETTINGS_SPACE_MAX)

struct files {
	int dir;
	char journal[40], fresh[40];
};

/* Sets `files`, whose `dir` the caller closes. */
static int open_dir(const struct settings_place *place, struct files *files)
{
	char serial[2 * sizeof(place->chip_serial) + 1];

	if (!place->state_dir)
		return -ENOENT;
	hex_encode(place->chip_serial, sizeof(place->chip_serial), serial);
	snprintf(files->journal, sizeof(files->journal), "%s.journal", serial);
	snprintf(files->fresh, sizeof(files->fresh), "%s.new", serial);
	files->dir = open(place->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return files->dir < 0 ? -errno : 0;
}

static void make_image(size_t len, const uint8_t *now, const uint8_t *then,
		       uint8_t image[static IMAGE_MAX])
{
	uint8_t *spaces = image + TITLE_LEN;
	uint32_t crc;

	memcpy(image, title, TITLE_LEN);
	memcpy(spaces, now, len);
	memcpy(spaces + len, then, len);
	crc = htole32((uint32_t)crc32(0, image, (uInt)(TITLE_LEN + 2 * len)));
	memcpy(spaces + 2 * len, &crc, sizeof(crc));
}

/* Rename the file when it is complete and synced. */
static int replace_file(const struct files *files, const uint8_t *image,
			size_t len)
{
	int dir = files->dir, file, err;

	unlinkat(dir, files->fresh, 0);
	file = openat(dir, files->fresh,
		      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      0600);
	err = file < 0 ? -errno : write_all(file, image, len);
	if (err == 0 && (fsync(file) < 0 ||
			 renameat(dir, files->fresh, dir, files->journal) < 0 ||
			 fsync(dir) < 0))
		err = -errno;
	if (file >= 0)
		close(file);
	if (err < 0) {
		unlinkat(dir, files->fresh, 0);
		unlinkat(dir, files->journal, 0);
	}
	return err;
}

int journal_write(const struct settings_place *place, const uint8_t *now,
		  const uint8_t *then)
{
	uint8_t image[IMAGE_MAX];
	struct files files;
	int err;

	if (!place->state_dir)
		return fail_because(ENOSPC,
				    "no directory for a journal is configured: "
				    "mount with -o state=DIR");
	mkdir(place->state_dir, 0700);
	err = open_dir(place, &files);
	if (err == 0) {
		make_image(place->len, now, then, image);
		err = replace_file(&files, image, IMAGE_LEN(place->len));
		close(files.dir);
	}
	return err == 0 ? 0
			: fail_because(ENOSPC,
				       "a journal cannot be written in the "
				       "state directory %s: %s",
				       place->state_dir, strerror(-err));
}

bool journal_read(const struct settings_place *place, uint8_t *now,
		  uint8_t *then)
{
	uint8_t image[IMAGE_MAX] = { 0 }, made[IMAGE_MAX];
	const uint8_t *spaces = image + TITLE_LEN;
	ssize_t whole = (ssize_t)IMAGE_LEN(place->len), len = -1;
	struct files files;
	int file;

	if (open_dir(place, &files) < 0)
		return false;
	file = openat(files.dir, files.journal,
		      O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	close(files.dir);
	if (file >= 0) {
		len = read_all(file, image, sizeof(image));
		close(file);
	}
	/* It is valid when its content makes it again. */
	make_image(place->len, spaces, spaces + place->len, made);
	if (len != whole || memcmp(image, made, (size_t)whole) != 0)
		return false;
	memcpy(now, spaces, place->len);
	memcpy(then, spaces + place->len, place->len);
	return true;
}

void journal_remove(const struct settings_place *place)
{
	struct files files;

	if (open_dir(place, &files) < 0)
		return;
	if (unlinkat(files.dir, files.journal, 0) < 0 ? errno != ENOENT
						      : fsync(files.dir) < 0)
		log_write(LOG_LEVEL_WARNING, "cannot remove %s/%s: %s",
			  place->state_dir, files.journal, strerror(errno));
	close(files.dir);
}
