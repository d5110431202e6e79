/* SPDX-License-Identifier: Apache-2.0 */
#include "mounted_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "error.h"
#include "fair_lock.h"

bool turn_never_comes;

int __real_fair_lock_take(struct fair_lock *lock, unsigned int wait_ms,
			  unsigned int most);
int __wrap_fair_lock_take(struct fair_lock *lock, unsigned int wait_ms,
			  unsigned int most);

int __wrap_fair_lock_take(struct fair_lock *lock, unsigned int wait_ms,
			  unsigned int most)
{
	return turn_never_comes ? -ETIMEDOUT
				: __real_fair_lock_take(lock, wait_ms, most);
}

void place_chip(const char *file, const char *serial)
{
	json_t *json = golden_json("chip-images/608b-settings-aux.json");
	char config[257];

	snprintf(config, sizeof(config), "%s", golden_text(json, "config"));
	memcpy(config + 4, serial, 4);
	json_object_set_new(json, "config", json_string(config));
	assert_int_equal(json_dump_file(json, file, 0), 0);
	json_decref(json);
}

struct mounted mount_chip(const char *file, const char *options)
{
	struct mounted mounted;

	assert_int_equal(bench_open_file(file, options, &mounted.key), 0);
	assert_int_equal(settings_files_new(mounted.key, &mounted.files), 0);
	return mounted;
}

struct mounted mount_two_keys(void)
{
	struct mounted mounted;

	place_chip(bench_chip, "1111");
	mounted = mount_chip(bench_chip, "");
	assert_int_equal(put(&mounted, "net", "cable"), 0);
	assert_int_equal(put(&mounted, "wifi", "radio"), 0);
	return mounted;
}

void unmount_chip(struct mounted *mounted)
{
	settings_files_free(mounted->files);
	nerveskey_close(mounted->key);
}

struct setting_open *open_file(struct mounted *mounted, const char *name,
			       int flags)
{
	struct setting_open *open;

	assert_int_equal(
		settings_files_open(mounted->files, name, flags, &open), 0);
	return open;
}

int write_at(struct mounted *mounted, struct setting_open *open,
	     const char *text, off_t offset)
{
	return settings_files_write(mounted->files, open, (const uint8_t *)text,
				    strlen(text), offset);
}

int put(struct mounted *mounted, const char *name, const char *text)
{
	struct setting_open *open =
		open_file(mounted, name, O_WRONLY | O_CREAT | O_TRUNC);
	int err = write_at(mounted, open, text, 0);

	settings_files_close(mounted->files, open);
	return err;
}

void assert_content(struct mounted *mounted, const char *name, const char *text)
{
	struct bytes content = BYTES_INIT;

	assert_int_equal(
		settings_files_read(mounted->files, name, NULL, &content), 0);
	assert_string_equal(bytes_text(&content), text);
	bytes_free(&content);
}

void tidy_chip(struct mounted *mounted)
{
	assert_int_equal(nerveskey_settings_tidy(mounted->key), 0);
}

unsigned int transfers_of(void (*work)(struct mounted *mounted))
{
	struct mounted mounted;

	place_chip(bench_chip, "1111");
	mounted = mount_chip(bench_chip, bench_counting());
	work(&mounted);
	tidy_chip(&mounted);
	unmount_chip(&mounted);
	return bench_counted();
}
