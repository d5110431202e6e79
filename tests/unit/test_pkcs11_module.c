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

static void assert_info(ck_rv_t (*get_info)(struct ck_info *info),
			unsigned char major, unsigned char minor)
{
	struct ck_info info;

	assert_rv(get_info(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(get_info(&info), CKR_OK);
	assert_int_equal(info.cryptoki_version.major, major);
	assert_int_equal(info.cryptoki_version.minor, minor);
	assert_int_equal(info.flags, 0);
	assert_memory_equal(info.manufacturer_id,
			    "nerveskeyfs                     ", 32);
}

/* Whatever p11-kit's header calls itself. */
static void each_list_tells_its_own_version(void **state)
{
	(void)state;
	assert_int_equal(p11->version.major, 2);
	assert_int_equal(p11->version.minor, 40);
	assert_int_equal(p11_3->v2.version.major, 3);
	assert_int_equal(p11_3->v2.version.minor, 1);
	assert_rv(p11->C_Initialize(NULL), CKR_OK);
	assert_info(p11->C_GetInfo, 2, 40);
	assert_info(p11_3->v2.C_GetInfo, 3, 1);
	fake_end();
}

/* Also where a p11-kit, as GnuTLS brings it, has a function of that name. */
static void the_lists_lead_to_themselves(void **state)
{
	struct ck_function_list *list = NULL;
	struct ck_interface *interface = NULL;

	(void)state;
	assert_non_null(gnutls_check_version(NULL));
	assert_non_null(dlsym(RTLD_DEFAULT, "C_GetFunctionList"));
	assert_rv(p11->C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetFunctionList(&list), CKR_OK);
	assert_ptr_equal(list, p11);
	assert_rv(p11_3->v2.C_GetFunctionList(&list), CKR_OK);
	assert_ptr_equal(list, p11);
	assert_rv(p11_3->C_GetInterface(NULL, NULL, &interface, 0), CKR_OK);
	assert_ptr_equal(interface->function_list_ptr, p11_3);
}

static void assert_all_there(const void *list, size_t size, size_t least)
{
	const size_t first = offsetof(struct ck_function_list, C_Initialize);
	const size_t count = (size - first) / sizeof(void (*)(void));
	void (*functions[128])(void);

	assert_in_range(count, least, 128);
	memcpy(functions, (const char *)list + first, size - first);
	for (size_t i = 0; i < count; i++)
		assert_true(functions[i] != NULL);
	golden_count("functions", count);
}

static void every_function_is_there(void **state)
{
	(void)state;
	assert_all_there(p11, sizeof(*p11), 68);
	assert_all_there(p11_3, sizeof(*p11_3), 92);
	/* As the standard's flat structure has it. */
	assert_int_equal(offsetof(struct function_list_3, C_GetInterfaceList),
			 sizeof(void *) * 69);
	assert_int_equal(sizeof(*p11_3), sizeof(void *) * 93);
}

static void interfaces_are_listed_the_newest_first(void **state)
{
	static const unsigned char versions[][2] = { { 3, 1 },
						     { 3, 0 },
						     { 2, 40 } };
	struct ck_interface list[4];
	struct ck_version version;
	unsigned long count = 0;

	(void)state;
	assert_rv(p11_3->C_GetInterfaceList(NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11_3->C_GetInterfaceList(NULL, &count), CKR_OK);
	assert_int_equal(count, LENGTH(versions));
	count = 2;
	assert_rv(p11_3->C_GetInterfaceList(list, &count),
		  CKR_BUFFER_TOO_SMALL);
	assert_int_equal(count, LENGTH(versions));
	assert_rv(p11_3->C_GetInterfaceList(list, &count), CKR_OK);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(list[i].interface_name_ptr, "PKCS 11");
		memcpy(&version, list[i].function_list_ptr, sizeof(version));
		assert_int_equal(version.major, versions[i][0]);
		assert_int_equal(version.minor, versions[i][1]);
	}
}

static void an_interface_is_found_by_what_is_asked(void **state)
{
	unsigned char name[] = "PKCS 11", other[] = "Vendor NervesKey";
	struct ck_version old = { 2, 40 }, none = { 3, 9 };
	struct ck_interface *interface = NULL;
	__typeof__(C_GetInterface) *get = p11_3->C_GetInterface;

	(void)state;
	assert_rv(get(NULL, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
	assert_rv(get(name, &old, &interface, 0), CKR_OK);
	assert_ptr_equal(interface->function_list_ptr, p11);
	assert_rv(get(name, NULL, &interface, 0), CKR_OK);
	assert_ptr_equal(interface->function_list_ptr, p11_3);
	interface = NULL;
	assert_rv(get(name, &none, &interface, 0), CKR_ARGUMENTS_BAD);
	assert_rv(get(other, NULL, &interface, 0), CKR_ARGUMENTS_BAD);
	/* A child after fork() has to begin with C_Initialize. */
	assert_rv(get(name, NULL, &interface, CKF_INTERFACE_FORK_SAFE),
		  CKR_ARGUMENTS_BAD);
	assert_null(interface);
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
		cmocka_unit_test(each_list_tells_its_own_version),
		cmocka_unit_test(the_lists_lead_to_themselves),
		cmocka_unit_test(every_function_is_there),
		cmocka_unit_test(interfaces_are_listed_the_newest_first),
		cmocka_unit_test(an_interface_is_found_by_what_is_asked),
		MOUNTS(the_environment_comes_before_the_list_and_that_before_the_default),
		MOUNTS(the_list_has_a_path_a_line),
		MOUNTS(paths_may_be_so_long_and_no_longer),
		MOUNTS(mounts_may_be_so_many_and_no_more),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
