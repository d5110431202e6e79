/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that cannot be locked, or not be kept out of core dumps: no key is taken
 * into it. Linked with --wrap (see CMakeLists.txt).
 */
#include "provision_fixture.h"

#include <errno.h>
#include <sys/mman.h>

#include "error.h"

static bool may_lock, may_hide;

int __wrap_mlock(const void *at, size_t len);
int __wrap_mlock(const void *at, size_t len)
{
	(void)at;
	(void)len;
	errno = ENOMEM;
	return may_lock ? 0 : -1;
}

int __wrap_madvise(void *at, size_t len, int advice);
int __wrap_madvise(void *at, size_t len, int advice)
{
	(void)at;
	(void)len;
	errno = EINVAL;
	if (advice == MADV_WIPEONFORK)
		return -1;
	assert_int_equal(advice, MADV_DONTDUMP);
	return may_hide ? 0 : -1;
}

/* What becomes of this golden file's block, and of what needs no secrecy. */
static int stage(const char *path)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes text = BYTES_INIT, shown = BYTES_INIT;
	int err;

	assert_int_equal(write_text(request, "serial=N1\n"), 0);
	append_file(&text, path);
	err = write_text(request, bytes_text(&text));
	/* What was there before is there still. */
	assert_int_equal(provision_show(request, &shown), 0);
	assert_non_null(strstr(bytes_text(&shown), "serial=N1"));
	provision_free(request);
	bytes_free(&shown);
	bytes_free(&text);
	return err;
}

static void no_key_is_taken_into_memory_that_may_be_swapped(void **state)
{
	(void)state;
	may_lock = false;
	may_hide = true;
	assert_int_equal(stage("signers/y31.key"), -ENOMEM);
	assert_non_null(strstr(fail_reason(), "RLIMIT_MEMLOCK"));
	assert_int_equal(stage("signers/y31.cert"), 0);
}

static void nor_into_memory_that_is_dumped(void **state)
{
	(void)state;
	may_lock = true;
	may_hide = false;
	assert_int_equal(stage("signers/y31.key"), -ENOMEM);
	assert_int_equal(stage("signers/y31.cert"), 0);
	may_hide = true;
	assert_int_equal(stage("signers/y31.key"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_key_is_taken_into_memory_that_may_be_swapped),
		cmocka_unit_test(nor_into_memory_that_is_dumped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
