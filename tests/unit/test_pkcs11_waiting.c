/* SPDX-License-Identifier: Apache-2.0 */
/* While one thread waits for the mount, in the middle of a signature. */
#include "fake_mount.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_bool hold; /* the next close() waits for `go` */
static sem_t arrived, go;

/* This stands before libc's, for the module as well. */
__attribute__((visibility("default"))) int close(int fd)
{
	if (atomic_exchange(&hold, false)) {
		sem_post(&arrived);
		while (sem_wait(&go) < 0)
			;
	}
	return (int)syscall(SYS_close, fd);
}

static ck_rv_t sign(ck_session_handle_t in)
{
	return fake_sign(in, FAKE_KEY);
}

static pthread_t waiting;
static ck_rv_t waited; /* what it came to */
static ck_session_handle_t other;

static void *run_signer(void *handle)
{
	waited = sign(*(const ck_session_handle_t *)handle);
	return NULL;
}

/* Two sessions; the first is in the middle of a signature. */
static int setup(void **state)
{
	sem_init(&arrived, 0, 0);
	sem_init(&go, 0, 0);
	fake_open(state);
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &other),
		  CKR_OK);
	hold = true;
	assert_int_equal(pthread_create(&waiting, NULL, run_signer, &session),
			 0);
	while (sem_wait(&arrived) < 0)
		;
	return 0;
}

static ck_rv_t let_go(void)
{
	sem_post(&go);
	pthread_join(waiting, NULL);
	return waited;
}

static void the_others_are_served(void **state)
{
	struct ck_token_info info;

	(void)state;
	assert_rv(sign(other), CKR_OK);
	fake_find(other, CKO_PRIVATE_KEY, "device");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_int_equal(info.session_count, 2);
	assert_rv(let_go(), CKR_OK);
}

static void the_session_may_sign_again_meanwhile(void **state)
{
	(void)state;
	assert_rv(sign(session), CKR_OK);
	assert_rv(let_go(), CKR_OK);
}

static void its_session_may_be_closed(void **state)
{
	(void)state;
	assert_rv(p11->C_CloseSession(session), CKR_OK);
	assert_rv(let_go(), CKR_OK);
	assert_rv(sign(session), CKR_SESSION_HANDLE_INVALID);
}

static void the_token_may_go(void **state)
{
	struct ck_token_info info;

	(void)state;
	fake_text("status", "present=no\n");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_TOKEN_NOT_PRESENT);
	fake_mount_remove();
	assert_rv(let_go(), CKR_DEVICE_REMOVED);
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	assert_rv(sign(session), CKR_OK);
}

/* No lock is held that a child could not have. */
static void a_child_is_born_well(void **state)
{
	struct ck_info info;
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(p11->C_GetInfo(&info) == CKR_CRYPTOKI_NOT_INITIALIZED
			      ? 0
			      : 1);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_rv(let_go(), CKR_OK);
}

/* A caller's mistake, which is not to be the end of its process. */
static void the_module_may_be_ended(void **state)
{
	ck_session_handle_t again;

	(void)state;
	fake_end();
	again = fake_session();
	let_go();
	assert_rv(sign(again), CKR_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(the_others_are_served),
		TEST(the_session_may_sign_again_meanwhile),
		TEST(its_session_may_be_closed),
		TEST(the_token_may_go),
		TEST(a_child_is_born_well),
		TEST(the_module_may_be_ended),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
