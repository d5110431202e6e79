/* SPDX-License-Identifier: Apache-2.0 */
/* The module when memory runs out, at each allocation of everything it does. */
#include "fake_mount.h"

#include <errno.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void __libc_free(void *memory);

/* Allocations until the one that fails; 0: none does. */
static size_t countdown;
/* Allocations that have not been freed. */
static size_t live;

static bool fails(void)
{
	if (countdown == 0 || --countdown > 0)
		return false;
	errno = ENOMEM;
	return true;
}

static void *counted(void *memory)
{
	live += !!memory;
	return memory;
}

/* These stand before libc's, for the module as well. */
#pragma GCC visibility push(default)

void *malloc(size_t size)
{
	return fails() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
	if (!memory)
		return malloc(size);
	return fails() ? NULL : __libc_realloc(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(memory, count * size);
}

void free(void *memory)
{
	live -= !!memory;
	__libc_free(memory);
}

#pragma GCC visibility pop

static ck_rv_t open_session(void)
{
	ck_session_handle_t other;
	ck_rv_t rv =
		p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &other);

	return rv == CKR_OK ? p11->C_CloseSession(other) : rv;
}

static ck_rv_t search(void)
{
	ck_object_handle_t found[8];
	unsigned long count;
	ck_rv_t rv = p11->C_FindObjectsInit(session, NULL, 0);

	if (rv != CKR_OK)
		return rv;
	rv = p11->C_FindObjects(session, found, 8, &count);
	if (rv == CKR_OK && count != 4)
		rv = CKR_GENERAL_ERROR; /* one was forgotten */
	p11->C_FindObjectsFinal(session);
	return rv;
}

static ck_rv_t sign(void)
{
	return fake_sign(session, FAKE_KEY);
}

static ck_rv_t derive(void)
{
	ck_object_handle_t secret;
	ck_rv_t rv = fake_derive(session, FAKE_KEY, &secret);

	return rv != CKR_OK ? rv : p11->C_DestroyObject(session, secret);
}

static const struct {
	const char *name;
	ck_rv_t (*run)(void);
} operations[] = {
	{ "C_OpenSession", open_session },
	{ "C_FindObjects", search },
	{ "C_Sign", sign },
	{ "C_DeriveKey", derive },
	{ "C_GetTokenInfo", fake_token_info },
};

/* Fail its Nth allocation, until it has fewer. How many it has. */
static size_t starve(const char *name, ck_rv_t (*run)(void))
{
	size_t n = 0;
	ck_rv_t rv;

	do {
		countdown = ++n;
		rv = run();
		if (rv != CKR_OK && rv != CKR_HOST_MEMORY)
			fail_msg("%s: allocation %zu: %#lx", name, n, rv);
		/* Spent on nothing that matters, or never reached. */
		if (rv == CKR_OK && countdown == 0)
			fail_msg("%s: allocation %zu was not missed", name, n);
	} while (countdown == 0);
	countdown = 0;
	assert_rv(rv, CKR_OK);
	return n - 1;
}

static size_t starve_all(void)
{
	size_t tried = 0;

	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		tried += starve(operations[i].name, operations[i].run);
	return tried;
}

static void each_failed_allocation_is_told_and_nothing_is_lost(void **state)
{
	size_t before = live, tried = starve_all();

	(void)state;
	assert_int_equal(live, before);
	assert_true(tried > 0);
	golden_count("failed allocations", tried);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_failed_allocation_is_told_and_nothing_is_lost,
			fake_open, fake_close),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
