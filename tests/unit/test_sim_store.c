/* SPDX-License-Identifier: Apache-2.0 */
/* The state file: what is kept in it, and never half a file. */
#include "sim_bench.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "log.h"

#define WRITE_WORD "12000500deadbeef"

static json_t *load(const struct bench *bench)
{
	json_error_t error;
	json_t *json = json_load_file(bench->file, 0, &error);

	assert_non_null(json);
	return json;
}

static void a_missing_file_becomes_a_blank_608b(void **state)
{
	struct bench bench;
	struct stat info;
	json_t *json;

	(void)state;
	bench_begin(&bench);
	bench_open(&bench, ",clock=virtual");
	bench_close(&bench);
	json = load(&bench);
	assert_string_equal(golden_text(json, "model"), "608b");
	json_decref(json);
	assert_int_equal(stat(bench.file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	bench_end(&bench);
}

static void so_does_an_empty_one(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_put(&bench, "");
	bench_open(&bench, ",clock=virtual,model=508a");
	assert_answer(&bench, "30000000", 4);
	assert_int_equal(bench.reply[2], 0x50);
	bench_end(&bench);
}

/* A Trust&Go part that is made anew. json_decref() it. */
static json_t *new_trust_and_go(const char *options)
{
	struct bench bench;
	json_t *made;

	bench_begin(&bench);
	bench_open(&bench, options);
	assert_int_equal(bench.address, 0x35);
	bench_close(&bench);
	made = load(&bench);
	bench_end(&bench);
	return made;
}

static const char *text_of(json_t *chip, const char *member)
{
	return json_string_value(json_object_get(chip, member));
}

/* All but the serial number: configuration bytes 2, 3 and 8 to 11. */
static void trust_and_go_is_as_the_captured_part(void **state)
{
	json_t *want = golden_json("chip-images/tng.json");
	json_t *got = new_trust_and_go(",clock=virtual,model=tng");
	const char *config = text_of(got, "config");
	const char *captured = text_of(want, "config");

	(void)state;
	assert_memory_equal(config, captured, 4);
	assert_memory_not_equal(config + 4, captured + 4, 4);
	assert_memory_equal(config + 8, captured + 8, 8);
	assert_memory_not_equal(config + 16, captured + 16, 8);
	assert_string_equal(config + 24, captured + 24);
	assert_string_equal(text_of(got, "otp"), text_of(want, "otp"));
	assert_int_equal(json_object_size(json_object_get(got, "keys")), 5);
	assert_int_equal(json_object_size(json_object_get(got, "pub_override")),
			 0);
	json_decref(got);
	json_decref(want);
}

static void each_trust_and_go_part_is_another_one(void **state)
{
	static const char seeded[] = ",clock=virtual,model=tng,seed=5";
	json_t *one = new_trust_and_go(",clock=virtual,model=tng");
	json_t *other = new_trust_and_go(",clock=virtual,model=tng");
	json_t *third = new_trust_and_go(seeded);
	json_t *fourth = new_trust_and_go(seeded);

	(void)state;
	assert_false(json_equal(json_object_get(one, "keys"),
				json_object_get(other, "keys")));
	assert_true(json_equal(third, fourth));
	json_decref(fourth);
	json_decref(third);
	json_decref(other);
	json_decref(one);
}

static void what_is_written_is_there_again(void **state)
{
	struct bench bench;

	(void)state;
	bench_begin(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_status(&bench, WRITE_WORD, 0x00);
	bench_close(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_answer(&bench, "02000500", 4);
	assert_memory_equal(bench.reply, "\xde\xad\xbe\xef", 4);
	bench_end(&bench);
}

static void unknown_members_and_modes_are_kept(void **state)
{
	struct bench bench;
	struct stat info;
	json_t *json;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory", NULL);
	assert_int_equal(chmod(bench.file, 0640), 0);
	bench_open(&bench, ",clock=virtual");
	assert_status(&bench, WRITE_WORD, 0x00);
	bench_close(&bench);
	json = load(&bench);
	assert_string_equal(golden_text(json, "description"), "factory state");
	assert_true(json_is_object(json_object_get(json, "expect")));
	json_decref(json);
	assert_int_equal(stat(bench.file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
	bench_end(&bench);
}

static void a_link_stays_a_link(void **state)
{
	struct bench bench;
	char link_path[128];
	struct stat info;

	(void)state;
	bench_begin(&bench);
	bench_image(&bench, "608b-factory", NULL);
	snprintf(link_path, sizeof(link_path), "%s/link", bench.dir);
	assert_int_equal(symlink(bench.file, link_path), 0);
	assert_int_equal(sim_open(link_path, &bench.sim), 0);
	bench_wake(&bench);
	assert_status(&bench, WRITE_WORD, 0x00);
	assert_int_equal(lstat(link_path, &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	unlink(link_path);
	bench_end(&bench);
}

static void daemons_may_change_their_directory(void **state)
{
	char *here = get_current_dir_name();
	struct bench bench;

	(void)state;
	assert_non_null(here);
	bench_begin(&bench);
	assert_int_equal(chdir(bench.dir), 0);
	assert_int_equal(sim_open("chip.json,stats=stats", &bench.sim), 0);
	assert_int_equal(chdir("/"), 0);
	bench_wake(&bench);
	assert_status(&bench, WRITE_WORD, 0x00);
	bench_close(&bench);
	bench_open(&bench, "");
	assert_answer(&bench, "02000500", 4);
	assert_memory_equal(bench.reply, "\xde\xad\xbe\xef", 4);
	assert_int_equal(chdir(bench.dir), 0);
	assert_int_equal(unlink("stats"), 0);
	assert_int_equal(chdir(here), 0);
	free(here);
	bench_end(&bench);
}

static void a_file_has_one_user(void **state)
{
	struct bench bench;
	struct sim *other;

	(void)state;
	bench_begin(&bench);
	bench_open(&bench, ",clock=virtual");
	assert_int_equal(sim_open(bench.file, &other), -EBUSY);
	assert_non_null(strstr(fail_reason(), "in use"));
	/* Still, when another file has taken its name. */
	assert_status(&bench, WRITE_WORD, 0x00);
	assert_int_equal(sim_open(bench.file, &other), -EBUSY);
	bench_close(&bench);
	assert_int_equal(sim_open(bench.file, &other), 0);
	sim_close(other);
	bench_end(&bench);
}

/* The largest file that may be written; a full disk, as far as one sees it. */
static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_reported_and_changes_nothing(void **state)
{
	struct bench bench;
	char temp[128];
	json_t *before, *after;

	(void)state;
	bench_begin(&bench);
	bench_open(&bench, ",clock=virtual");
	before = load(&bench);
	limit_files(1000);
	assert_int_equal(bench_send(&bench, WRITE_WORD), -EFBIG);
	assert_non_null(strstr(fail_reason(), "cannot write"));
	limit_files(RLIM_INFINITY);
	after = load(&bench);
	assert_true(json_equal(before, after));
	json_decref(before);
	json_decref(after);
	snprintf(temp, sizeof(temp), "%s.new", bench.file);
	assert_int_equal(access(temp, F_OK), -1);
	/* The chip has not executed it, and is well. */
	assert_answer(&bench, "02000500", 4);
	assert_memory_not_equal(bench.reply, "\xde\xad\xbe\xef", 4);
	assert_status(&bench, WRITE_WORD, 0x00);
	bench_end(&bench);
}

static void statistics_are_left_at_close(void **state)
{
	struct bench bench;
	char options[128];
	json_error_t error;
	json_t *json;

	(void)state;
	bench_begin(&bench);
	snprintf(options, sizeof(options), ",clock=virtual,stats=%s/stats",
		 bench.dir);
	bench_open(&bench, options);
	assert_answer(&bench, "30000000", 4);
	bench_close(&bench);
	snprintf(options, sizeof(options), "%s/stats", bench.dir);
	json = json_load_file(options, 0, &error);
	assert_non_null(json);
	assert_int_equal(json_integer_value(json_object_get(json, "commands")),
			 1);
	json_decref(json);
	unlink(options);
	bench_end(&bench);
}

static char logged[200];

static void keep_line(enum log_level level, const char *line)
{
	assert_int_equal(level, LOG_LEVEL_ERROR);
	snprintf(logged, sizeof(logged), "%s", line);
}

static void assert_stats_fail(const char *path, const char *why)
{
	struct bench bench;
	char text[128];

	bench_begin(&bench);
	snprintf(text, sizeof(text), ",clock=virtual,stats=%s", path);
	bench_open(&bench, text);
	logged[0] = '\0';
	log_to(keep_line, LOG_LEVEL_ERROR);
	bench_close(&bench);
	log_to(NULL, LOG_LEVEL_ERROR);
	snprintf(text, sizeof(text), "cannot write %s: %s", path, why);
	assert_string_equal(logged, text);
	bench_end(&bench);
}

static void statistics_that_cannot_be_left_are_logged(void **state)
{
	(void)state;
	assert_stats_fail("/nowhere/at/all", "No such file or directory");
	assert_stats_fail("/dev/full", "No space left on device");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_missing_file_becomes_a_blank_608b),
		cmocka_unit_test(so_does_an_empty_one),
		cmocka_unit_test(trust_and_go_is_as_the_captured_part),
		cmocka_unit_test(each_trust_and_go_part_is_another_one),
		cmocka_unit_test(what_is_written_is_there_again),
		cmocka_unit_test(unknown_members_and_modes_are_kept),
		cmocka_unit_test(a_link_stays_a_link),
		cmocka_unit_test(daemons_may_change_their_directory),
		cmocka_unit_test(a_file_has_one_user),
		cmocka_unit_test(a_full_disk_is_reported_and_changes_nothing),
		cmocka_unit_test(statistics_are_left_at_close),
		cmocka_unit_test(statistics_that_cannot_be_left_are_logged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
