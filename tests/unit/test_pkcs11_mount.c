/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts that go, come back, hold another chip; forks; threads; leaks. */
#include "fake_mount.h"

#include <malloc.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#ifndef NK_FORKS /* while they run */
#define NK_FORKS 20
#endif

static bool token_present(void)
{
	struct ck_slot_info info;
	unsigned long slots = 0;
	ck_slot_id_t list[2];

	assert_rv(p11->C_GetSlotList(0, NULL, &slots), CKR_OK);
	assert_int_equal(slots, 2); /* stable */
	assert_rv(p11->C_GetSlotInfo(0, &info), CKR_OK);
	assert_rv(p11->C_GetSlotList(1, list, &slots), CKR_OK);
	assert_int_equal(slots, !!(info.flags & CKF_TOKEN_PRESENT));
	return slots == 1;
}

static void a_session_outlives_an_unmount(void **state)
{
	ck_object_handle_t key = fake_find(session, CKO_PRIVATE_KEY, "device");
	struct ck_mechanism ecdsa = { CKM_ECDSA, NULL, 0 };
	struct ck_session_info info;
	unsigned char digest[32] = { 1 }, signature[64], random[8];
	unsigned long len = sizeof(signature);

	(void)state;
	assert_rv(fake_sign(session, key), CKR_OK);
	fake_mount_remove();
	assert_rv(p11->C_SignInit(session, &ecdsa, key), CKR_OK);
	assert_rv(p11->C_GenerateRandom(session, random, sizeof(random)),
		  CKR_DEVICE_REMOVED);
	assert_rv(fake_sign(session, key), CKR_DEVICE_REMOVED);
	assert_rv(p11->C_FindObjectsInit(session, NULL, 0), CKR_DEVICE_REMOVED);
	assert_rv(p11->C_GetSessionInfo(session, &info), CKR_DEVICE_REMOVED);
	assert_false(token_present());
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	assert_rv(p11->C_GetSessionInfo(session, &info), CKR_OK);
	assert_true(token_present());
	/* The signature that was begun before can still be made. */
	assert_rv(p11->C_Sign(session, digest, 32, signature, &len), CKR_OK);
	assert_rv(fake_sign(session, key), CKR_OK);
}

static void a_chip_that_does_not_answer_is_no_token(void **state)
{
	(void)state;
	assert_true(token_present());
	fake_text("status", "state=absent\npresent=no\n");
	assert_false(token_present());
	fake_text("status", "state=complete\npresent=yes\n");
	assert_true(token_present());
}

static void a_search_does_not_wake_the_chip(void **state)
{
	ck_session_handle_t other;

	(void)state;
	fake_delete("status"); /* reading it would */
	fake_find(session, CKO_PRIVATE_KEY, "device");
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &other),
		  CKR_OK);
	assert_rv(fake_sign(other, FAKE_KEY), CKR_OK);
	assert_rv(fake_token_info(), CKR_TOKEN_NOT_PRESENT);
}

static void another_chip_closes_the_sessions(void **state)
{
	ck_object_handle_t key = fake_find(session, CKO_PRIVATE_KEY, "device");
	struct ck_session_info info;

	(void)state;
	fake_text("chip/serial", "0123ffffffffffffee\n");
	assert_rv(fake_sign(session, key), CKR_DEVICE_REMOVED);
	assert_rv(p11->C_GetSessionInfo(session, &info),
		  CKR_SESSION_HANDLE_INVALID);
	session = 0;
	assert_rv(
		p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &session),
		CKR_OK);
	assert_rv(fake_sign(session, key), CKR_OK);
}

static void events_tell_of_coming_and_going(void **state)
{
	ck_slot_id_t slot = 77;

	(void)state;
	assert_rv(p11->C_WaitForSlotEvent(0, &slot, NULL),
		  CKR_FUNCTION_NOT_SUPPORTED);
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL),
		  CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, &slot),
		  CKR_ARGUMENTS_BAD);
	/* What has been there from the start is no event. */
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL),
		  CKR_NO_EVENT);
	assert_int_equal(slot, 77);
	fake_mount_remove();
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_OK);
	assert_int_equal(slot, 0);
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL),
		  CKR_NO_EVENT);
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_OK);
	fake_text("chip/serial", "0123ffffffffffffee\n");
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_OK);
}

static void files_that_are_not_certificates_are_no_objects(void **state)
{
	char huge[9000];

	(void)state;
	assert_int_equal(fake_count(session), 4);
	fake_text("signer.pem", "-----BEGIN CERTIFICATE-----\nMAAw\n"
				"-----END CERTIFICATE-----\n");
	assert_int_equal(fake_count(session), 3);
	fake_text("device.pem", "-----BEGIN CERTIFICATE-----\n!!!!\n"
				"-----END CERTIFICATE-----\n");
	assert_int_equal(fake_count(session), 2);
	memset(huge, 'A', sizeof(huge));
	fake_write("pubkey.pem", huge, sizeof(huge));
	assert_int_equal(fake_count(session), 0);
	fake_delete("pubkey.pem");
	assert_int_equal(fake_count(session), 0);
}

static void a_label_is_utf8_whatever_the_serial_is(void **state)
{
	struct ck_token_info info;

	(void)state;
	fake_text("status", "present=yes\nserial=\xc3\xa9\xff\x01"
			    "23456789012"
			    "34567890123456\xe2\x82\xac\xe2\x82\xac\n");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_memory_equal(info.label,
			    "\xc3\xa9??2345678901234567890123456\xe2\x82\xac",
			    32);
	assert_memory_equal(info.serial_number, "23456789abcdefee", 16);
	fake_text("status", "present=yes\nserial=a\xc2\x9b\x1b\xed\xa0\x80\n");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_memory_equal(info.label, "a??????                         ", 32);
	fake_text("status", "present=yes\nserial=\n");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_memory_equal(info.label, FAKE_CHIP_SERIAL "              ", 32);
}

/* Only in a process with this sanitizer. */
void __asan_init(void) __attribute__((weak));

/* In the child: 0 when all is as it should be. */
static int child(bool alone)
{
	struct ck_session_info info;

	if (p11->C_GetSessionInfo(session, &info) !=
	    CKR_CRYPTOKI_NOT_INITIALIZED)
		return 1;
	/* Nothing is left to end. */
	if (p11->C_Finalize(NULL) != CKR_CRYPTOKI_NOT_INITIALIZED)
		return 7;
	/* Its allocator's locks may be held by threads that are not here. */
	if (__asan_init && !alone)
		return 0;
	if (p11->C_Initialize(NULL) != CKR_OK)
		return 2;
	if (p11->C_GetSessionInfo(session, &info) != CKR_SESSION_HANDLE_INVALID)
		return 3;
	if (p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &session) !=
	    CKR_OK)
		return 4;
	if (fake_sign(session, FAKE_KEY) != CKR_OK)
		return 5;
	return p11->C_Finalize(NULL) == CKR_OK ? 0 : 6;
}

static void assert_child_is_well(bool alone)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(child(alone));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void a_child_starts_over_and_its_parent_goes_on(void **state)
{
	(void)state;
	assert_child_is_well(true);
	assert_rv(fake_sign(session, FAKE_KEY), CKR_OK);
}

static void *worker(void *count)
{
	ck_session_handle_t own;

	for (int *left = count; *left > 0; --*left) {
		if (p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL,
				       &own) != CKR_OK)
			break;
		if (p11->C_FindObjectsInit(own, NULL, 0) != CKR_OK ||
		    fake_sign(own, FAKE_KEY) != CKR_OK ||
		    p11->C_CloseSession(own))
			break;
	}
	return NULL;
}

static void threads_work_side_by_side_and_across_forks(void **state)
{
	pthread_t threads[THREADS];
	int left[THREADS];

	(void)state;
	for (size_t i = 0; i < THREADS; i++) {
		left[i] = 200;
		assert_int_equal(
			pthread_create(&threads[i], NULL, worker, &left[i]), 0);
	}
	for (int i = 0; i < NK_FORKS; i++)
		assert_child_is_well(false);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(left[i], 0);
	}
}

static void nothing_is_left_behind(void **state)
{
	size_t files = open_files(), used = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		int once = 1;

		worker(&once);
		assert_int_equal(once, 0);
		assert_int_equal(fake_count(session), 4);
		if (i == 100)
			used = mallinfo2().uordblks;
	}
	assert_int_equal(open_files(), files);
	assert_in_range(mallinfo2().uordblks, 0, used + 4096);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_open, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(a_session_outlives_an_unmount),
		TEST(a_chip_that_does_not_answer_is_no_token),
		TEST(a_search_does_not_wake_the_chip),
		TEST(another_chip_closes_the_sessions),
		TEST(events_tell_of_coming_and_going),
		TEST(files_that_are_not_certificates_are_no_objects),
		TEST(a_label_is_utf8_whatever_the_serial_is),
		TEST(a_child_starts_over_and_its_parent_goes_on),
		TEST(threads_work_side_by_side_and_across_forks),
		TEST(nothing_is_left_behind),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
