/* SPDX-License-Identifier: Apache-2.0 */
/* What settings/ keeps in memory: refused writes, and another chip. */
#include "mounted_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "log.h"

static struct mounted mount_fresh(void)
{
	place_chip(bench_chip, "1111");
	return mount_chip(bench_chip, "");
}

static void a_write_that_is_refused_leaves_the_content(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	mounted = mount_fresh();
	assert_int_equal(put(&mounted, "wifi", "old"), 0);
	open = open_file(&mounted, "wifi", O_WRONLY | O_TRUNC);
	assert_int_equal(write_at(&mounted, open, "x", 70000), -EFBIG);
	assert_int_equal(write_at(&mounted, open, "x", (off_t)1 << 32), -EFBIG);
	assert_content(&mounted, "wifi", "old");
	settings_files_close(mounted.files, open);
	assert_content(&mounted, "wifi", "old");
	unmount_chip(&mounted);
}

static void what_a_reader_truncates_is_empty_on_the_chip_too(void **state)
{
	struct mounted mounted;

	(void)state;
	mounted = mount_fresh();
	assert_int_equal(put(&mounted, "wifi", "old"), 0);
	settings_files_close(mounted.files,
			     open_file(&mounted, "wifi", O_RDONLY | O_TRUNC));
	assert_content(&mounted, "wifi", "");
	unmount_chip(&mounted);
	mounted = mount_chip(bench_chip, "");
	assert_content(&mounted, "wifi", "");
	unmount_chip(&mounted);
}

static void a_file_is_made_once(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	mounted = mount_fresh();
	assert_int_equal(settings_files_open(mounted.files, "new",
					     O_CREAT | O_EXCL, &open),
			 0);
	settings_files_close(mounted.files, open);
	assert_int_equal(settings_files_open(mounted.files, "new",
					     O_CREAT | O_EXCL, &open),
			 -EEXIST);
	settings_files_close(mounted.files,
			     open_file(&mounted, "new", O_CREAT));
	assert_int_equal(
		settings_files_open(mounted.files, "%5", O_CREAT, &open),
		-EINVAL);
	assert_int_equal(
		settings_files_open(mounted.files, "none", O_TRUNC, &open),
		-ENOENT);
	unmount_chip(&mounted);
}

static off_t size_of(struct mounted *mounted, struct setting_open *open)
{
	struct timespec changed;
	off_t size;

	assert_int_equal(settings_files_stat(mounted->files, "wifi", open,
					     &size, &changed),
			 0);
	return size;
}

static void a_resized_file_is_stored_or_refused(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	mounted = mount_fresh();
	assert_int_equal(put(&mounted, "wifi", "radio"), 0);
	assert_int_equal(settings_files_resize(mounted.files, "wifi", NULL, 3),
			 0);
	assert_content(&mounted, "wifi", "rad");
	assert_int_equal(
		settings_files_resize(mounted.files, "wifi", NULL, 70000),
		-EFBIG);
	assert_int_equal(
		settings_files_resize(mounted.files, "wifi", NULL, 600),
		-ENOSPC);
	assert_int_equal(size_of(&mounted, NULL), 3);
	open = open_file(&mounted, "wifi", O_WRONLY);
	assert_int_equal(settings_files_resize(mounted.files, "wifi", open, 5),
			 0);
	assert_int_equal(size_of(&mounted, open), 5);
	assert_int_equal(
		settings_files_resize(mounted.files, "wifi", open, 600),
		-ENOSPC);
	assert_int_equal(write_at(&mounted, open, "o", 3), 0);
	settings_files_close(mounted.files, open);
	assert_content(&mounted, "wifi", "rado");
	assert_int_equal(size_of(&mounted, NULL), 5);
	unmount_chip(&mounted);
}

static void assert_type(struct mounted *mounted, const char *name,
			const char *want)
{
	const char *type;

	assert_int_equal(settings_files_type(mounted->files, name, NULL, &type),
			 0);
	assert_string_equal(type, want);
}

static void scratch_files_are_binaries_and_stay_so(void **state)
{
	struct mounted mounted;

	(void)state;
	mounted = mount_fresh();
	assert_int_equal(put(&mounted, "a~", "7"), 0);
	assert_type(&mounted, "a~", "binary");
	assert_int_equal(
		settings_files_set_type(mounted.files, "a~", NULL, "binary"),
		0);
	assert_int_equal(
		settings_files_set_type(mounted.files, "a~", NULL, "integer"),
		-EOPNOTSUPP);
	unmount_chip(&mounted);
}

/* A file without content may get a type before its first write. */
static void a_new_file_has_a_type_as_soon_as_it_is_stored(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	mounted = mount_fresh();
	open = open_file(&mounted, "count", O_CREAT | O_WRONLY);
	assert_type(&mounted, "count", "binary");
	assert_int_equal(settings_files_set_type(mounted.files, "count", open,
						 "integer"),
			 0);
	assert_type(&mounted, "count", "integer");
	assert_int_equal(write_at(&mounted, open, "x", 0), -EINVAL);
	assert_int_equal(write_at(&mounted, open, "12", 0), 0);
	settings_files_close(mounted.files, open);
	assert_content(&mounted, "count", "12");
	unmount_chip(&mounted);
}

static void names_that_are_not_there_are_told(void **state)
{
	struct bytes content = BYTES_INIT;
	struct settings_files *files;
	struct timespec changed;
	struct mounted mounted;
	const char *type;
	off_t size;

	(void)state;
	mounted = mount_fresh();
	files = mounted.files;
	assert_int_equal(settings_files_read(files, "none", NULL, &content),
			 -ENOENT);
	assert_int_equal(
		settings_files_stat(files, "none", NULL, &size, &changed),
		-ENOENT);
	assert_int_equal(settings_files_resize(files, "none", NULL, 0),
			 -ENOENT);
	assert_int_equal(settings_files_settle(files, "none", NULL), -ENOENT);
	assert_int_equal(settings_files_remove(files, "none"), -ENOENT);
	assert_int_equal(settings_files_type(files, "none", NULL, &type),
			 -ENOENT);
	assert_int_equal(settings_files_set_type(files, "none", NULL, "atom"),
			 -ENOENT);
	unmount_chip(&mounted);
}

static char warned[200];

static void keep_warning(enum log_level level, const char *line)
{
	if (level == LOG_LEVEL_WARNING)
		snprintf(warned, sizeof(warned), "%s", line);
}

static void put_wifi(struct mounted *mounted)
{
	assert_int_equal(put(mounted, "wifi", "radio"), 0);
	tidy_chip(mounted);
}

/* Nobody can be told any more but the log. */
static void what_cannot_be_emptied_at_the_end_is_logged(void **state)
{
	struct setting_open *open;
	struct mounted mounted;
	char options[64];

	(void)state;
	snprintf(options, sizeof(options), ",faults=gone@%u",
		 transfers_of(put_wifi) + 1);
	place_chip(bench_chip, "1111");
	mounted = mount_chip(bench_chip, options);
	put_wifi(&mounted);
	open = open_file(&mounted, "wifi", O_WRONLY | O_TRUNC);
	log_to(keep_warning, LOG_LEVEL_WARNING);
	settings_files_close(mounted.files, open);
	log_to(NULL, LOG_LEVEL_WARNING);
	assert_memory_equal(warned, "settings/wifi: ", 15);
	unmount_chip(&mounted);
	mounted = mount_chip(bench_chip, "");
	assert_content(&mounted, "wifi", "radio");
	unmount_chip(&mounted);
}

/* Whether a file is remembered to have been changed since the mount. */
static bool is_remembered(struct mounted *mounted, const char *name)
{
	struct timespec changed = { 0 };
	off_t size;

	assert_int_equal(settings_files_stat(mounted->files, name, NULL, &size,
					     &changed),
			 0);
	return changed.tv_sec != 0;
}

/* Replace all settings by "x" under each of these names, of two bytes each. */
static void replace_all(struct mounted *mounted, const char *names)
{
	struct bytes etf = BYTES_INIT;

	bytes_append(&etf, "\x83t\0\0\0", 5);
	bytes_append(&etf, &(char){ (char)(strlen(names) / 2) }, 1);
	for (; *names; names += 2) {
		bytes_append(&etf, "m\0\0\0\2", 5);
		bytes_append(&etf, names, 2);
		bytes_append(&etf, "m\0\0\0\1x", 6);
	}
	assert_int_equal(nerveskey_settings_replace(mounted->key, &etf), 0);
	bytes_free(&etf);
}

/* Its name is as good as any that was never there. */
static void what_others_have_removed_is_not_there(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	mounted = mount_fresh();
	assert_int_equal(put(&mounted, "wifi", "radio"), 0);
	assert_int_equal(put(&mounted, "net", "cable"), 0);
	replace_all(&mounted, "xx");
	assert_int_equal(
		settings_files_open(mounted.files, "wifi", O_WRONLY, &open),
		-ENOENT);
	assert_int_equal(settings_files_rename(mounted.files, "xx", "net",
					       RENAME_NOREPLACE),
			 0);
	assert_content(&mounted, "net", "x");
	settings_files_close(mounted.files,
			     open_file(&mounted, "wifi", O_CREAT | O_EXCL));
	unmount_chip(&mounted);
	mounted = mount_chip(bench_chip, "");
	assert_content(&mounted, "wifi", "");
	assert_content(&mounted, "net", "x");
	unmount_chip(&mounted);
}

/* More names than a chip has room for at once. */
static void memory_of_idle_files_is_bounded(void **state)
{
	struct setting_open *open = NULL;
	struct mounted mounted;
	char name[3] = "";

	(void)state;
	mounted = mount_fresh();
	for (int i = 0; i < 300; i++) {
		if (i % 20 == 0)
			replace_all(&mounted, "");
		name[0] = (char)('a' + i / 20);
		name[1] = (char)('a' + i % 20);
		assert_int_equal(put(&mounted, name, "x"), 0);
		if (i == 0)
			open = open_file(&mounted, name, O_RDONLY);
	}
	replace_all(&mounted, "aaabot");
	assert_true(is_remembered(&mounted, "aa"));
	assert_false(is_remembered(&mounted, "ab"));
	assert_true(is_remembered(&mounted, "ot"));
	settings_files_close(mounted.files, open);
	unmount_chip(&mounted);
}

/* An editor is at work when the chip is changed. */
static void edit(struct mounted *mounted)
{
	put_wifi(mounted);
	assert_int_equal(
		settings_files_rename(mounted->files, "wifi", "wifi~", 0), 0);
}

/* After `work` another chip answers, whose "wifi" is "theirs". */
static struct mounted mount_swapped_after(void (*work)(struct mounted *))
{
	struct mounted mounted;
	char options[160];

	place_chip(bench_other, "2222");
	mounted = mount_chip(bench_other, "");
	assert_int_equal(put(&mounted, "wifi", "theirs"), 0);
	unmount_chip(&mounted);
	snprintf(options, sizeof(options), ",faults=swap@%u=%s",
		 transfers_of(work) + 1, bench_other);
	place_chip(bench_chip, "1111");
	mounted = mount_chip(bench_chip, options);
	work(&mounted);
	return mounted;
}

static void memory_of_one_chip_is_not_anothers(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	mounted = mount_swapped_after(edit);
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

static void an_open_file_changes_nothing_of_another_chip(void **state)
{
	struct setting_open *open;
	struct mounted mounted;

	(void)state;
	mounted = mount_swapped_after(put_wifi);
	open = open_file(&mounted, "wifi", O_RDWR);
	assert_int_equal(put(&mounted, "more", "x"), -ENODEV);
	assert_int_equal(settings_files_resize(mounted.files, "wifi", open, 3),
			 -ENODEV);
	assert_int_equal(settings_files_resize(mounted.files, "wifi", open, 0),
			 -ENODEV);
	assert_int_equal(settings_files_settle(mounted.files, "wifi", open),
			 -ENODEV);
	assert_int_equal(
		settings_files_set_type(mounted.files, "wifi", open, "atom"),
		-ENODEV);
	settings_files_close(mounted.files, open);
	assert_content(&mounted, "wifi", "theirs");
	unmount_chip(&mounted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_write_that_is_refused_leaves_the_content),
		cmocka_unit_test(
			what_a_reader_truncates_is_empty_on_the_chip_too),
		cmocka_unit_test(a_file_is_made_once),
		cmocka_unit_test(a_resized_file_is_stored_or_refused),
		cmocka_unit_test(scratch_files_are_binaries_and_stay_so),
		cmocka_unit_test(a_new_file_has_a_type_as_soon_as_it_is_stored),
		cmocka_unit_test(names_that_are_not_there_are_told),
		cmocka_unit_test(what_cannot_be_emptied_at_the_end_is_logged),
		cmocka_unit_test(what_others_have_removed_is_not_there),
		cmocka_unit_test(memory_of_idle_files_is_bounded),
		cmocka_unit_test(memory_of_one_chip_is_not_anothers),
		cmocka_unit_test(an_open_file_changes_nothing_of_another_chip),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
