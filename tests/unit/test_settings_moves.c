/* SPDX-License-Identifier: Apache-2.0 */
/* Names in settings/: what renaming, exchanging and removing leave behind. */
#include "mounted_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "error.h"

static struct mounted mounted;

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

static int move(const char *from, const char *to, unsigned int flags)
{
	return settings_files_rename(mounted.files, from, to, flags);
}

static void assert_gone(const char *name)
{
	struct bytes content = BYTES_INIT;

	assert_int_equal(
		settings_files_read(mounted.files, name, NULL, &content),
		-ENOENT);
}

/* What the chip has, asked by another mount. */
static void assert_on_chip(const char *name, const char *text)
{
	unmount_chip(&mounted);
	mounted = mount_chip(bench_chip, "");
	if (text)
		assert_content(&mounted, name, text);
	else
		assert_gone(name);
}

static void a_rename_that_is_refused_moves_nothing(void **state)
{
	(void)state;
	assert_int_equal(move("wifi", "net", RENAME_NOREPLACE), -EEXIST);
	assert_int_equal(move("wifi", "none", RENAME_EXCHANGE), -ENOENT);
	assert_int_equal(move("none", "net", 0), -ENOENT);
	assert_int_equal(move("wifi", "%5", 0), -EINVAL);
	assert_int_equal(move("wifi", "net", 4), -EINVAL);
	assert_content(&mounted, "wifi", "radio");
	assert_content(&mounted, "net", "cable");
}

static void a_rename_onto_itself_is_nothing(void **state)
{
	(void)state;
	assert_int_equal(move("wifi", "wifi", 0), 0);
	assert_content(&mounted, "wifi", "radio");
}

static void keys_change_places(void **state)
{
	(void)state;
	assert_int_equal(move("wifi", "net", RENAME_EXCHANGE), 0);
	assert_on_chip("wifi", "cable");
	assert_content(&mounted, "net", "radio");
}

static void a_key_and_a_scratch_file_change_places(void **state)
{
	(void)state;
	assert_int_equal(put(&mounted, "a~", "new"), 0);
	assert_int_equal(move("a~", "wifi", RENAME_EXCHANGE), 0);
	assert_content(&mounted, "wifi", "new");
	assert_content(&mounted, "a~", "radio");
	assert_int_equal(move("wifi", "a~", RENAME_EXCHANGE), 0);
	assert_content(&mounted, "a~", "new");
	assert_on_chip("wifi", "radio");
	assert_gone("a~");
}

static void scratch_files_change_names_and_places(void **state)
{
	(void)state;
	assert_int_equal(put(&mounted, "a~", "first"), 0);
	assert_int_equal(move("a~", "b~", 0), 0);
	assert_gone("a~");
	assert_int_equal(put(&mounted, "a~", "second"), 0);
	assert_int_equal(move("a~", "b~", RENAME_EXCHANGE), 0);
	assert_content(&mounted, "a~", "first");
	assert_int_equal(move("a~", "b~", 0), 0);
	assert_content(&mounted, "b~", "first");
	assert_on_chip("wifi", "radio");
}

static void what_stands_for_a_key_is_not_exchanged(void **state)
{
	(void)state;
	assert_int_equal(move("wifi", "wifi~", 0), 0);
	assert_int_equal(move("wifi~", "net", RENAME_EXCHANGE), -EINVAL);
	assert_content(&mounted, "wifi~", "radio");
	assert_content(&mounted, "net", "cable");
	assert_gone("wifi");
	/* The chip has it all the while. */
	assert_on_chip("wifi", "radio");
}

static void a_key_edited_under_another_name_is_that_one_alone(void **state)
{
	(void)state;
	assert_int_equal(move("wifi", "wifi~", 0), 0);
	assert_int_equal(put(&mounted, "wifi~", "changed"), 0);
	assert_int_equal(move("wifi~", "other", 0), 0);
	assert_on_chip("other", "changed");
	assert_gone("wifi");
}

static void a_copy_of_a_key_that_was_written_again_is_a_second_one(void **state)
{
	(void)state;
	assert_int_equal(move("wifi", "wifi~", 0), 0);
	assert_int_equal(put(&mounted, "wifi", "new"), 0);
	assert_int_equal(move("wifi~", "other", 0), 0);
	assert_on_chip("other", "radio");
	assert_content(&mounted, "wifi", "new");
}

static void a_value_that_was_moved_twice_keeps_its_type(void **state)
{
	const char *type;

	(void)state;
	assert_int_equal(move("port", "port~", 0), 0);
	assert_int_equal(
		settings_files_type(mounted.files, "port~", NULL, &type), 0);
	assert_string_equal(type, "integer");
	assert_int_equal(move("port~", "door", 0), 0);
	assert_on_chip("door", "443");
	assert_int_equal(
		settings_files_type(mounted.files, "door", NULL, &type), 0);
	assert_string_equal(type, "integer");
}

static void removing_a_scratch_file_removes_its_key(void **state)
{
	(void)state;
	assert_int_equal(move("wifi", "wifi~", 0), 0);
	assert_int_equal(settings_files_remove(mounted.files, "wifi~"), 0);
	assert_on_chip("wifi", NULL);
}

/* Else the new key would not show, and go with the scratch file. */
static void a_scratch_file_stands_for_no_key_of_a_new_map(void **state)
{
	/* %{"wifi" => "x"} */
	static const char map[] = "\x83t\0\0\0\1m\0\0\0\4wifim\0\0\0\1x";
	struct bytes etf = BYTES_INIT;

	(void)state;
	assert_int_equal(bytes_set(&etf, map, sizeof(map) - 1), 0);
	assert_int_equal(move("wifi", "wifi~", 0), 0);
	assert_int_equal(settings_files_replace(mounted.files, &etf), 0);
	assert_content(&mounted, "wifi", "x");
	assert_content(&mounted, "wifi~", "radio");
	assert_int_equal(settings_files_remove(mounted.files, "wifi~"), 0);
	assert_on_chip("wifi", "x");
	bytes_free(&etf);
}

static void there_is_room_for_so_many_scratch_files(void **state)
{
	struct setting_open *open;
	char name[16];

	(void)state;
	for (int i = 0; i < 64; i++) {
		snprintf(name, sizeof(name), "%d~", i);
		assert_int_equal(put(&mounted, name, "x"), 0);
	}
	assert_int_equal(
		settings_files_open(mounted.files, "more~", O_CREAT, &open),
		-ENOSPC);
	assert_int_equal(move("wifi", "wifi~", 0), -ENOSPC);
	assert_content(&mounted, "wifi", "radio");
	/* In the place of one there is. */
	assert_int_equal(move("wifi", "7~", 0), 0);
	assert_content(&mounted, "7~", "radio");
}

static int count_name(void *context, const char *name)
{
	size_t *count = context;

	(void)name;
	return ++*count == 2 ? 7 : 0;
}

static void a_listing_ends_when_its_reader_is_full(void **state)
{
	size_t count = 0;

	(void)state;
	assert_int_equal(settings_files_list(mounted.files, count_name, &count),
			 7);
	assert_int_equal(count, 2);
}

static void who_waits_too_long_changes_nothing(void **state)
{
	struct setting_open *open = open_file(&mounted, "wifi", O_WRONLY);
	struct settings_files *files = mounted.files;
	struct setting_open *new;

	(void)state;
	turn_never_comes = true;
	assert_int_equal(write_at(&mounted, open, "x", 0), -ETIMEDOUT);
	assert_non_null(strstr(fail_reason(), "others were changing"));
	assert_int_equal(settings_files_open(files, "new", O_CREAT, &new),
			 -ETIMEDOUT);
	assert_int_equal(settings_files_resize(files, "wifi", open, 0),
			 -ETIMEDOUT);
	assert_int_equal(settings_files_settle(files, "wifi", NULL),
			 -ETIMEDOUT);
	assert_int_equal(settings_files_set_type(files, "wifi", NULL, "atom"),
			 -ETIMEDOUT);
	assert_int_equal(settings_files_remove(files, "wifi"), -ETIMEDOUT);
	assert_int_equal(move("wifi", "other", 0), -ETIMEDOUT);
	assert_int_equal(settings_files_replace(files, NULL), -ETIMEDOUT);
	settings_files_close(files, open);
	turn_never_comes = false;
	assert_on_chip("wifi", "radio");
	assert_gone("new");
}

static void who_waits_too_long_for_the_chip_is_told(void **state)
{
	uint8_t random[32], digest[32] = { 1 }, signature[64];
	struct bytes text = BYTES_INIT;

	(void)state;
	turn_never_comes = true;
	assert_int_equal(nerveskey_sign(mounted.key, digest, signature),
			 -ETIMEDOUT);
	assert_non_null(strstr(fail_reason(), "busy with others"));
	assert_int_equal(nerveskey_random(mounted.key, random, sizeof(random)),
			 -ETIMEDOUT);
	assert_int_equal(nerveskey_setting_remove(mounted.key, "wifi"),
			 -ETIMEDOUT);
	turn_never_comes = false;
	assert_content(&mounted, "wifi", "radio");
	assert_int_equal(nerveskey_get(mounted.key, NERVESKEY_METRICS, &text),
			 0);
	assert_non_null(
		strstr(bytes_text(&text),
		       "operation_errors_total{operation=\"sign\"} 1\n"));
	bytes_free(&text);
}

/* Before the chip is gone: a scratch file, and one that stands for a key. */
static void prepare(struct mounted *at)
{
	assert_int_equal(put(at, "net", "cable"), 0);
	assert_int_equal(put(at, "wifi", "radio"), 0);
	assert_int_equal(put(at, "a~", "new"), 0);
	assert_int_equal(settings_files_rename(at->files, "net", "net~", 0), 0);
}

static void what_a_chip_that_is_gone_cannot_do_changes_no_name(void **state)
{
	char options[64];

	(void)state;
	snprintf(options, sizeof(options), ",faults=gone@%u",
		 transfers_of(prepare) + 1);
	place_chip(bench_chip, "1111");
	mounted = mount_chip(bench_chip, options);
	prepare(&mounted);
	tidy_chip(&mounted);
	assert_int_equal(settings_files_remove(mounted.files, "wifi"), -ENODEV);
	assert_int_equal(settings_files_remove(mounted.files, "net~"), -ENODEV);
	assert_int_equal(move("a~", "wifi", 0), -ENODEV);
	assert_int_equal(move("a~", "more", 0), -ENODEV);
	assert_int_equal(move("net~", "more", 0), -ENODEV);
	assert_int_equal(move("a~", "b~", 0), 0);
	assert_int_equal(move("b~", "a~", 0), 0);
	assert_content(&mounted, "a~", "new");
	assert_content(&mounted, "net~", "cable");
	unmount_chip(&mounted);
	mounted = mount_chip(bench_chip, "");
	assert_content(&mounted, "wifi", "radio");
	assert_content(&mounted, "net", "cable");
	unmount_chip(&mounted);
}

#define ON_A_CHIP(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_A_CHIP(a_rename_that_is_refused_moves_nothing),
		ON_A_CHIP(a_rename_onto_itself_is_nothing),
		ON_A_CHIP(keys_change_places),
		ON_A_CHIP(a_key_and_a_scratch_file_change_places),
		ON_A_CHIP(scratch_files_change_names_and_places),
		ON_A_CHIP(what_stands_for_a_key_is_not_exchanged),
		ON_A_CHIP(a_key_edited_under_another_name_is_that_one_alone),
		ON_A_CHIP(
			a_copy_of_a_key_that_was_written_again_is_a_second_one),
		ON_A_CHIP(a_value_that_was_moved_twice_keeps_its_type),
		ON_A_CHIP(removing_a_scratch_file_removes_its_key),
		ON_A_CHIP(a_scratch_file_stands_for_no_key_of_a_new_map),
		ON_A_CHIP(there_is_room_for_so_many_scratch_files),
		ON_A_CHIP(a_listing_ends_when_its_reader_is_full),
		ON_A_CHIP(who_waits_too_long_changes_nothing),
		ON_A_CHIP(who_waits_too_long_for_the_chip_is_told),
		cmocka_unit_test(
			what_a_chip_that_is_gone_cannot_do_changes_no_name),
	};

	return cmocka_run_group_tests(tests, bench_begin, bench_end);
}
