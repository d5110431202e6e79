/* SPDX-License-Identifier: Apache-2.0 */
/* What the module says of itself, and where it looks for mounts. */
#include "fake_mount.h"

#include <dlfcn.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>

#define LONGEST 1023
#define MOST	16

static char *kept;

/* What /etc/nerveskeyfs/mounts holds; NULL: it is not there, or why not. */
static char *listed;
static int why_not;

/* It stands before libc's, for the module as well. */
__attribute__((visibility("default"))) FILE *fopen(const char *path,
						   const char *mode)
{
	FILE *(*next)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");

	if (strcmp(path, "/etc/nerveskeyfs/mounts") != 0)
		return next(path, mode);
	if (listed)
		return fmemopen(listed, strlen(listed), "r");
	errno = why_not;
	return NULL;
}

static int keep_mounts(void **state)
{
	(void)state;
	listed = NULL;
	why_not = ENOENT;
	kept = strdup(getenv("NERVESKEY_MOUNT"));
	return kept ? 0 : -1;
}

static int restore_mounts(void **state)
{
	(void)state;
	setenv("NERVESKEY_MOUNT", kept, 1);
	free(kept);
	return 0;
}

static void it_is_cryptoki_2_40_whatever_the_header_is(void **state)
{
	struct ck_info info;

	(void)state;
	assert_int_equal(p11->version.major, 2);
	assert_int_equal(p11->version.minor, 40);
	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	assert_rv(p11->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetInfo(&info), CKR_OK);
	assert_int_equal(info.cryptoki_version.major, 2);
	assert_int_equal(info.cryptoki_version.minor, 40);
	assert_int_equal(info.flags, 0);
	assert_memory_equal(info.manufacturer_id,
			    "nerveskeyfs                     ", 32);
	fake_end();
}

/* Also where a p11-kit, as GnuTLS brings it, has a function of that name. */
static void the_list_leads_to_itself(void **state)
{
	struct ck_function_list *list = NULL;

	(void)state;
	assert_non_null(gnutls_check_version(NULL));
	assert_non_null(dlsym(RTLD_DEFAULT, "C_GetFunctionList"));
	assert_rv(p11->C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetFunctionList(&list), CKR_OK);
	assert_ptr_equal(list, p11);
}

static void every_function_is_there(void **state)
{
	const size_t first = offsetof(struct ck_function_list, C_Initialize);
	const size_t count = (sizeof(*p11) - first) / sizeof(void (*)(void));
	void (*functions[128])(void);

	(void)state;
	assert_in_range(count, 68, 128);
	memcpy(functions, (const char *)p11 + first, sizeof(*p11) - first);
	for (size_t i = 0; i < count; i++)
		assert_true(functions[i] != NULL);
	golden_count("functions", count);
}

/* The slots are these paths, with spaces between them. */
static void assert_slots(const char *paths)
{
	struct ck_slot_info info;
	char found[256] = "";
	unsigned long count;
	size_t len;

	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	assert_rv(p11->C_GetSlotList(0, NULL, &count), CKR_OK);
	for (unsigned long i = 0; i < count; i++) {
		assert_rv(p11->C_GetSlotInfo(i, &info), CKR_OK);
		len = strlen(found);
		snprintf(found + len, sizeof(found) - len, "%s%.*s",
			 i ? " " : "", (int)sizeof(info.slot_description),
			 (const char *)info.slot_description);
		while (found[strlen(found) - 1] == ' ')
			found[strlen(found) - 1] = '\0';
	}
	assert_string_equal(found, paths);
	fake_end();
}

static void
the_environment_comes_before_the_list_and_that_before_the_default(void **state)
{
	char some[] = "/nowhere/b\n", none[] = "\n# /nowhere/c\n";

	(void)state;
	listed = some;
	setenv("NERVESKEY_MOUNT", "/nowhere/a::/nowhere/d", 1);
	assert_slots("/nowhere/a /nowhere/d");
	setenv("NERVESKEY_MOUNT", ":", 1);
	assert_slots("/nowhere/b");
	unsetenv("NERVESKEY_MOUNT");
	assert_slots("/nowhere/b");
	listed = none;
	assert_slots("/mnt/nerveskey");
	listed = NULL;
	assert_slots("/mnt/nerveskey");
	/* Once in a process: it would never know better. */
	why_not = EMFILE;
	assert_rv(p11->C_Initialize(NULL), CKR_HOST_MEMORY);
}

static void the_list_has_a_path_a_line(void **state)
{
	char list[] = "# two\n/nowhere/a\n\n/nowhere/b:c", path[LONGEST + 3];

	(void)state;
	unsetenv("NERVESKEY_MOUNT");
	listed = list;
	assert_slots("/nowhere/a /nowhere/b:c");
	memset(path, 'x', sizeof(path));
	strcpy(path + LONGEST, "\n");
	listed = path;
	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	fake_end();
	strcpy(path + LONGEST, "x\n");
	assert_rv(p11->C_Initialize(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void paths_may_be_so_long_and_no_longer(void **state)
{
	char path[LONGEST + 2];

	(void)state;
	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[LONGEST] = '\0';
	setenv("NERVESKEY_MOUNT", path, 1);
	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	fake_end();
	path[LONGEST] = 'x';
	path[LONGEST + 1] = '\0';
	setenv("NERVESKEY_MOUNT", path, 1);
	assert_rv(p11->C_Initialize(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}

static void mounts_may_be_so_many_and_no_more(void **state)
{
	char list[4 * MOST] = "";
	unsigned long count;

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		strcat(list, "/m:");
	setenv("NERVESKEY_MOUNT", list, 1);
	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	assert_rv(p11->C_GetSlotList(0, NULL, &count), CKR_OK);
	assert_int_equal(count, MOST);
	fake_end();
	strcat(list, "/m");
	setenv("NERVESKEY_MOUNT", list, 1);
	assert_rv(p11->C_Initialize(NULL), CKR_ARGUMENTS_BAD);
}

int main(void)
{
#define MOUNTS(name) \
	cmocka_unit_test_setup_teardown(name, keep_mounts, restore_mounts)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_cryptoki_2_40_whatever_the_header_is),
		cmocka_unit_test(the_list_leads_to_itself),
		cmocka_unit_test(every_function_is_there),
		MOUNTS(the_environment_comes_before_the_list_and_that_before_the_default),
		MOUNTS(the_list_has_a_path_a_line),
		MOUNTS(paths_may_be_so_long_and_no_longer),
		MOUNTS(mounts_may_be_so_many_and_no_more),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
