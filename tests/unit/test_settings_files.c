/* SPDX-License-Identifier: Apache-2.0 */
/* What settings/ keeps in memory: refused writes, and another chip. */
#include "golden.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "error.h"
#include "settings_files.h"

static char dir[64], chip[96], other[96], stats[96];

struct mounted {
	struct nerveskey *key;
	struct settings_files *files;
};

/* The image with the settings, as a chip with this serial. */
static void place_chip(const char *file, const char *serial)
{
	json_t *json = golden_json("chip-images/608b-settings-aux.json");
	char config[257];

	snprintf(config, sizeof(config), "%s", golden_text(json, "config"));
	memcpy(config + 4, serial, 4);
	json_object_set_new(json, "config", json_string(config));
	assert_int_equal(json_dump_file(json, file, 0), 0);
	json_decref(json);
}

static struct mounted mount_chip(const char *file, const char *options)
{
	const struct nerveskey_options how = { .state_dir = dir };
	struct mounted mounted;
	char device[400];

	snprintf(device, sizeof(device), "sim:%s,clock=virtual%s", file,
		 options);
	assert_int_equal(nerveskey_open(device, &how, &mounted.key), 0);
	assert_int_equal(settings_files_new(mounted.key, &mounted.files), 0);
	return mounted;
}

static void unmount_chip(struct mounted *mounted)
{
	settings_files_free(mounted->files);
	nerveskey_close(mounted->key);
}

static struct setting_open *open_file(struct mounted *mounted, const char *name,
				      int flags)
{
	struct setting_open *open;

	assert_int_equal(
		settings_files_open(mounted->files, name, flags, &open), 0);
	return open;
}

static int write_at(struct mounted *mounted, struct setting_open *open,
		    const char *text, off_t offset)
{
	return settings_files_write(mounted->files, open, (const uint8_t *)text,
				    strlen(text), offset);
}

/* As `printf text > name` does. */
static int put(struct mounted *mounted, const char *name, const char *text)
{
	struct setting_open *open =
		open_file(mounted, name, O_WRONLY | O_CREAT | O_TRUNC);
	int err = write_at(mounted, open, text, 0);

	settings_files_close(mounted->files, open);
	return err;
}

static void assert_content(struct mounted *mounted, const char *name,
			   const char *text)
{
	struct bytes content = BYTES_INIT;

	assert_int_equal(
		settings_files_read(mounted->files, name, NULL, &content), 0);
	assert_string_equal(bytes_text(&content), text);
	bytes_free(&content);
}

static void a_write_that_is_refused_leaves_the_content(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	place_chip(chip, "1111");
	mounted = mount_chip(chip, "");
	assert_int_equal(put(&mounted, "wifi", "old"), 0);
	open = open_file(&mounted, "wifi", O_WRONLY | O_TRUNC);
	assert_int_equal(write_at(&mounted, open, "x", 70000), -EFBIG);
	assert_content(&mounted, "wifi", "old");
	settings_files_close(mounted.files, open);
	assert_content(&mounted, "wifi", "old");
	unmount_chip(&mounted);
}

static void what_a_reader_truncates_is_empty_on_the_chip_too(void **state)
{
	struct mounted mounted;

	(void)state;
	place_chip(chip, "1111");
	mounted = mount_chip(chip, "");
	assert_int_equal(put(&mounted, "wifi", "old"), 0);
	settings_files_close(mounted.files,
			     open_file(&mounted, "wifi", O_RDONLY | O_TRUNC));
	assert_content(&mounted, "wifi", "");
	unmount_chip(&mounted);
	mounted = mount_chip(chip, "");
	assert_content(&mounted, "wifi", "");
	unmount_chip(&mounted);
}

/* An editor is at work when the chip is changed. */
static void edit(struct mounted *mounted)
{
	assert_int_equal(put(mounted, "wifi", "mine"), 0);
	assert_int_equal(
		settings_files_rename(mounted->files, "wifi", "wifi~", 0), 0);
}

static unsigned int transfers_of_edit(void)
{
	struct mounted mounted;
	unsigned int transfers;
	char options[120];
	json_t *json;

	snprintf(options, sizeof(options), ",stats=%s", stats);
	mounted = mount_chip(chip, options);
	edit(&mounted);
	unmount_chip(&mounted);
	json = json_load_file(stats, 0, NULL);
	transfers = (unsigned int)json_integer_value(
		json_object_get(json, "transfers"));
	json_decref(json);
	assert_true(transfers > 0);
	return transfers;
}

static void memory_of_one_chip_is_not_anothers(void **state)
{
	struct setting_open *open;
	struct mounted mounted;
	char options[160];

	(void)state;
	place_chip(chip, "1111");
	place_chip(other, "2222");
	mounted = mount_chip(other, "");
	assert_int_equal(put(&mounted, "wifi", "theirs"), 0);
	unmount_chip(&mounted);
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 transfers_of_edit() + 1, other);
	place_chip(chip, "1111");
	mounted = mount_chip(chip, options);
	edit(&mounted);
	open = open_file(&mounted, "wifi~", O_WRONLY);
	/* Noticed, and refused: it was meant for the chip that was there. */
	assert_int_equal(put(&mounted, "more", "x"), -ENODEV);
	assert_int_equal(write_at(&mounted, open, "x", 0), -ENODEV);
	settings_files_close(mounted.files, open);
	assert_int_equal(settings_files_remove(mounted.files, "wifi~"),
			 -ENOENT);
	assert_content(&mounted, "wifi", "theirs");
	assert_int_equal(put(&mounted, "more", "x"), 0);
	unmount_chip(&mounted);
}

static int make_place(void **state)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";

	(void)state;
	snprintf(dir, sizeof(dir), "%s/nerveskey-files-XXXXXX", base);
	if (!mkdtemp(dir))
		return -1;
	snprintf(chip, sizeof(chip), "%s/chip", dir);
	snprintf(other, sizeof(other), "%s/other", dir);
	snprintf(stats, sizeof(stats), "%s/stats", dir);
	return 0;
}

static int remove_place(void **state)
{
	(void)state;
	unlink(chip);
	unlink(other);
	unlink(stats);
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_write_that_is_refused_leaves_the_content),
		cmocka_unit_test(
			what_a_reader_truncates_is_empty_on_the_chip_too),
		cmocka_unit_test(memory_of_one_chip_is_not_anothers),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
