/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_journal.h"

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
#define CRC_LEN	  4

/* Title, the space before, the space after, CRC-32 of it all. */
struct image {
	size_t len;
	uint8_t data[TITLE_LEN + 2 * SETTINGS_SPACE_MAX + CRC_LEN];
};

static void file_name(const struct settings_place *place, const char *suffix,
		      char name[static 40])
{
	char serial[2 * sizeof(place->chip_serial) + 1];

	hex_encode(place->chip_serial, sizeof(place->chip_serial), serial);
	snprintf(name, 40, "%s.%s", serial, suffix);
}

static void make_image(size_t len, const uint8_t *now, const uint8_t *then,
		       struct image *image)
{
	uint8_t *crc_at = image->data + TITLE_LEN + 2 * len;
	uint32_t crc;

	memcpy(image->data, title, TITLE_LEN);
	memcpy(image->data + TITLE_LEN, now, len);
	memcpy(image->data + TITLE_LEN + len, then, len);
	crc = htole32(
		(uint32_t)crc32(0, image->data, (uInt)(TITLE_LEN + 2 * len)));
	memcpy(crc_at, &crc, CRC_LEN);
	image->len = TITLE_LEN + 2 * len + CRC_LEN;
}

static int open_dir(const struct settings_place *place)
{
	int dir;

	if (!place->state_dir)
		return -ENOENT;
	dir = open(place->state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 ? -errno : dir;
}

/* Rename the file when it is complete and synced. */
static int replace_file(int dir, const struct settings_place *place,
			const struct image *image)
{
	char name[40], fresh[40];
	int file, err;

	file_name(place, "journal", name);
	file_name(place, "new", fresh);
	unlinkat(dir, fresh, 0);
	file = openat(dir, fresh,
		      O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      0600);
	err = file < 0 ? -errno : write_all(file, image->data, image->len);
	if (err == 0 && (fsync(file) < 0 ||
			 renameat(dir, fresh, dir, name) < 0 || fsync(dir) < 0))
		err = -errno;
	if (file >= 0)
		close(file);
	if (err < 0) {
		unlinkat(dir, fresh, 0);
		unlinkat(dir, name, 0);
	}
	return err;
}

int journal_write(const struct settings_place *place, const uint8_t *now,
		  const uint8_t *then)
{
	struct image image;
	int dir, err;

	if (!place->state_dir)
		return fail_because(ENOSPC,
				    "no directory for a journal is configured: "
				    "mount with -o state=DIR");
	mkdir(place->state_dir, 0700);
	err = dir = open_dir(place);
	if (dir >= 0) {
		make_image(place->len, now, then, &image);
		err = replace_file(dir, place, &image);
		close(dir);
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
	struct image image = { 0 }, made;
	const uint8_t *spaces = image.data + TITLE_LEN;
	int dir = open_dir(place), file;
	ssize_t len = -1;
	char name[40];

	if (dir < 0)
		return false;
	file_name(place, "journal", name);
	file = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	close(dir);
	if (file >= 0) {
		len = read_all(file, image.data, sizeof(image.data));
		close(file);
	}
	/* It is valid when its content makes it again. */
	make_image(place->len, spaces, spaces + place->len, &made);
	if (len != (ssize_t)made.len ||
	    memcmp(image.data, made.data, made.len) != 0)
		return false;
	memcpy(now, spaces, place->len);
	memcpy(then, spaces + place->len, place->len);
	return true;
}

void journal_remove(const struct settings_place *place)
{
	int dir = open_dir(place);
	char name[40];

	if (dir < 0)
		return;
	file_name(place, "journal", name);
	if (unlinkat(dir, name, 0) < 0 ? errno != ENOENT : fsync(dir) < 0)
		log_write(LOG_LEVEL_WARNING, "cannot remove %s/%s: %s",
			  place->state_dir, name, strerror(errno));
	close(dir);
}
