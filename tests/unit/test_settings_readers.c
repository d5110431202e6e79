/* SPDX-License-Identifier: Apache-2.0 */
/* Who has a file of settings/ open when its name comes to lead elsewhere. */
#include "mounted_files.h"

#include <fcntl.h>
#include <stdio.h>

static struct mounted mounted;

/* Who opens a file while the chip is changed, or right after that. */
static struct reader {
	const char *before, *after;
	struct setting_open *open;
} reader;

static void come(const char **name)
{
	if (*name)
		reader.open = open_file(&mounted, *name, O_RDONLY);
	*name = NULL;
}

int __real_nerveskey_setting_remove(struct nerveskey *key, const char *name);
int __wrap_nerveskey_setting_remove(struct nerveskey *key, const char *name);
int __wrap_nerveskey_setting_remove(struct nerveskey *key, const char *name)
{
	come(&reader.before);
	return __real_nerveskey_setting_remove(key, name);
}

int __real_nerveskey_setting_rename(struct nerveskey *key, const char *from,
				    const char *to, unsigned int flags);
int __wrap_nerveskey_setting_rename(struct nerveskey *key, const char *from,
				    const char *to, unsigned int flags);
int __wrap_nerveskey_setting_rename(struct nerveskey *key, const char *from,
				    const char *to, unsigned int flags)
{
	int err;

	come(&reader.before);
	err = __real_nerveskey_setting_rename(key, from, to, flags);
	come(&reader.after);
	return err;
}

static int begin(void **state)
{
	(void)state;
	mounted = mount_two_keys();
	return 0;
}

static int end(void **state)
{
	(void)state;
	unmount_chip(&mounted);
	return 0;
}

static void assert_reader_has(const char *text)
{
	struct bytes content = BYTES_INIT;

	assert_int_equal(
		settings_files_read(mounted.files, "", reader.open, &content),
		0);
	assert_string_equal(bytes_text(&content), text);
	settings_files_close(mounted.files, reader.open);
	bytes_free(&content);
}

static void who_reads_on_has_the_old_content(void **state)
{
	(void)state;
	reader.open = open_file(&mounted, "wifi", O_RDONLY);
	assert_int_equal(settings_files_remove(mounted.files, "wifi"), 0);
	assert_int_equal(put(&mounted, "wifi", "second"), 0);
	assert_reader_has("radio");
	assert_content(&mounted, "wifi", "second");
}

static void who_opens_while_the_chip_works_has_the_old_content(void **state)
{
	(void)state;
	reader.before = "net";
	assert_int_equal(settings_files_rename(mounted.files, "wifi", "net", 0),
			 0);
	assert_reader_has("cable");
	assert_content(&mounted, "net", "radio");
	reader.before = "net";
	assert_int_equal(settings_files_remove(mounted.files, "net"), 0);
	assert_reader_has("radio");
}

static void who_opens_a_new_name_at_once_has_its_content(void **state)
{
	(void)state;
	reader.after = "other";
	assert_int_equal(
		settings_files_rename(mounted.files, "wifi", "other", 0), 0);
	assert_reader_has("radio");
	assert_content(&mounted, "other", "radio");
}

#define ON_A_CHIP(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_CHIP(who_reads_on_has_the_old_content),
		ON_A_CHIP(who_opens_while_the_chip_works_has_the_old_content),
		ON_A_CHIP(who_opens_a_new_name_at_once_has_its_content),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
