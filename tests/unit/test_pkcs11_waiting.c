/* SPDX-License-Identifier: Apache-2.0 */
/* While one thread waits for the mount, in the middle of a signature. */
#include "fake_mount.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Longer than anything here takes; what hangs is ended by it. */
#define PATIENCE 60

static struct ck_mechanism ecdsa = { CKM_ECDSA, NULL, 0 };

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

static ck_rv_t sign(ck_session_handle_t session)
{
	unsigned char digest[32] = { 1 }, signature[64];
	unsigned long len = sizeof(signature);
	ck_rv_t rv = p11->C_SignInit(session, &ecdsa, 1);

	return rv != CKR_OK ? rv
			    : p11->C_Sign(session, digest, 32, signature, &len);
}

struct signer {
	pthread_t thread;
	ck_session_handle_t session;
	ck_rv_t rv;
};

static void *run_signer(void *signer)
{
	struct signer *own = signer;

	own->rv = sign(own->session);
	return NULL;
}

static struct signer waiting;
static ck_session_handle_t other;

/* Two sessions; the first is in the middle of a signature. */
static int setup(void **state)
{
	(void)state;
	alarm(PATIENCE);
	sem_init(&arrived, 0, 0);
	sem_init(&go, 0, 0);
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	waiting.session = fake_session();
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &other),
		  CKR_OK);
	hold = true;
	assert_int_equal(
		pthread_create(&waiting.thread, NULL, run_signer, &waiting), 0);
	while (sem_wait(&arrived) < 0)
		;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_mount_remove();
	alarm(0);
	return 0;
}

static ck_rv_t let_go(void)
{
	sem_post(&go);
	pthread_join(waiting.thread, NULL);
	return waiting.rv;
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
	fake_end();
}

static void the_session_may_sign_again_meanwhile(void **state)
{
	(void)state;
	assert_rv(sign(waiting.session), CKR_OK);
	assert_rv(let_go(), CKR_OK);
	fake_end();
}

static void its_session_may_be_closed(void **state)
{
	(void)state;
	assert_rv(p11->C_CloseSession(waiting.session), CKR_OK);
	assert_rv(let_go(), CKR_OK);
	assert_rv(sign(waiting.session), CKR_SESSION_HANDLE_INVALID);
	fake_end();
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
	assert_rv(sign(waiting.session), CKR_OK);
	fake_end();
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
	fake_end();
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
	fake_end();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
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
