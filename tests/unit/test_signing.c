/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signer whose key is in a separate process issues like any other. The error of
 * that process is reported, and it ends after its use.
 */
#include "signer_fixture.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "signer_key.h"
#include "signing.h"

#define PATIENCE_MS 30000

/* Of all processes of this test. */
static struct shared {
	_Atomic pid_t keeper, worker;
	enum { DO_SIGN, DO_DIE, DO_HANG } what;
} * shared;

int __real_signer_key_sign(const struct signer_key *key,
			   const uint8_t digest[static 32],
			   uint8_t signature[static 64]);
int __wrap_signer_key_sign(const struct signer_key *key,
			   const uint8_t digest[static 32],
			   uint8_t signature[static 64]);
int __real_setsockopt(int fd, int level, int name, const void *value,
		      socklen_t len);
int __wrap_setsockopt(int fd, int level, int name, const void *value,
		      socklen_t len);
unsigned int __real_alarm(unsigned int seconds);
unsigned int __wrap_alarm(unsigned int seconds);
_Noreturn void __wrap__exit(int status);
int __real_socketpair(int domain, int type, int protocol, int ends[2]);
int __wrap_socketpair(int domain, int type, int protocol, int ends[2]);
pid_t __real_fork(void);
pid_t __wrap_fork(void);

/* In the worker. */
int __wrap_signer_key_sign(const struct signer_key *key,
			   const uint8_t digest[static 32],
			   uint8_t signature[static 64])
{
	shared->worker = getpid();
	if (shared->what == DO_DIE)
		raise(SIGKILL);
	while (shared->what == DO_HANG)
		pause();
	return __real_signer_key_sign(key, digest, signature);
}

static int worker_socket;

int __wrap_setsockopt(int fd, int level, int name, const void *value,
		      socklen_t len)
{
	worker_socket = fd;
	return __real_setsockopt(fd, level, name, value, len);
}

/* A caller does not wait long. */
static void lose_patience(void)
{
	const struct timeval patience = { .tv_usec = 100000 };

	assert_int_equal(__real_setsockopt(worker_socket, SOL_SOCKET,
					   SO_RCVTIMEO, &patience,
					   sizeof(patience)),
			 0);
}

unsigned int __wrap_alarm(unsigned int seconds)
{
	return __real_alarm(shared->what == DO_HANG ? 1 : seconds);
}

/* A build that counts lines writes its counts in exit(). */
_Noreturn void __wrap__exit(int status)
{
	exit(status);
}

static bool no_sockets, no_processes;

int __wrap_socketpair(int domain, int type, int protocol, int ends[2])
{
	if (!no_sockets)
		return __real_socketpair(domain, type, protocol, ends);
	errno = EMFILE;
	return -1;
}

pid_t __wrap_fork(void)
{
	if (!no_processes)
		return __real_fork();
	errno = EAGAIN;
	return -1;
}

static void note_keeper(void)
{
	shared->keeper = getpid();
}

static int begin(void **state)
{
	int err;

	(void)state;
	shared->what = DO_SIGN;
	shared->keeper = 0;
	err = signing_start(note_keeper);
	for (int i = 0; i < PATIENCE_MS && !shared->keeper; i++)
		poll(NULL, 0, 1);
	return err;
}

static int end(void **state)
{
	(void)state;
	signing_stop();
	signing_stop(); /* for nothing */
	/* It was waited for, and its workers are not ours. */
	return waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD ? 0 : -1;
}

static bool has_ended(pid_t pid)
{
	for (int i = 0; i < PATIENCE_MS && kill(pid, 0) == 0; i++)
		poll(NULL, 0, 1);
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static int issue(struct signer *signer)
{
	static const uint8_t chip_serial[9] = { 1 };
	const struct certificate_device device = { signer_public_key(signer),
						   chip_serial, 1,
						   chip_serial };
	uint8_t compressed[COMPRESSED_SIZE];
	struct bytes der = BYTES_INIT;
	int err = signer_issue(signer, &device, NOW, compressed, &der);

	if (err == 0)
		assert_ok(certificate_verify(&der, signer_der(signer)));
	bytes_free(&der);
	return err;
}

static void it_issues_as_any_other(void **state)
{
	struct signer *one = open_golden("y31"), *other = open_golden("y10");

	(void)state;
	assert_int_not_equal(shared->keeper, getpid());
	for (int i = 0; i < 3; i++) {
		assert_ok(issue(one));
		assert_ok(issue(other));
	}
	signer_free(one);
	assert_ok(issue(other));
	signer_free(other);
	assert_true(has_ended(shared->worker));
}

static void why_a_key_is_refused_is_told(void **state)
{
	struct bytes cert = golden_file("signers/y10.cert");
	struct bytes key = golden_file("signers/y31.key"), pin = { 0 };
	struct signer_source source = { .certificate_pem = &cert,
					.key_pem = &key };
	struct signer *signer;

	(void)state;
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(strstr(fail_reason(), "not that of the signer's"));
	source.key_url = "pkcs11:object=x";
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(strstr(fail_reason(), "both as PEM and as a URL"));
	source.key_pem = NULL;
	source.key_url = "https://example.org/";
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(
		strstr(fail_reason(), "URL of the signer's key cannot be"));
	source.key_url = "pkcs11:object=x";
	assert_ok(bytes_set(&pin, "1234", 4));
	source.pin = &pin;
	source.pin_file = "/dev/null";
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	assert_non_null(strstr(fail_reason(), "the PIN is given both"));
	assert_ok(bytes_resize(&key, 20000));
	source = (struct signer_source){ .certificate_pem = &cert,
					 .key_pem = &key };
	assert_int_equal(signer_open(&source, &signer), -EFBIG);
	bytes_free(&pin);
	bytes_free(&key);
	bytes_free(&cert);
}

static void a_process_that_dies_is_eio(void **state)
{
	struct signer *signer = open_golden("y31");

	(void)state;
	shared->what = DO_DIE;
	assert_int_equal(issue(signer), -EIO);
	assert_non_null(strstr(fail_reason(), "has ended"));
	assert_int_equal(issue(signer), -EIO);
	signer_free(signer);
	shared->what = DO_SIGN;
	signer = open_golden("y31");
	assert_ok(issue(signer));
	signer_free(signer);
}

static void a_token_that_hangs_is_etimedout_and_ended(void **state)
{
	struct signer *signer = open_golden("y31");

	(void)state;
	shared->worker = 0;
	shared->what = DO_HANG;
	lose_patience();
	assert_int_equal(issue(signer), -ETIMEDOUT);
	signer_free(signer);
	for (int i = 0; i < PATIENCE_MS && !shared->worker; i++)
		poll(NULL, 0, 1);
	assert_true(has_ended(shared->worker));
}

static void signals_to_all_do_not_end_it(void **state)
{
	struct signer *signer = open_golden("y31");

	(void)state;
	assert_ok(issue(signer));
	kill(shared->keeper, SIGTERM);
	kill(shared->keeper, SIGINT);
	kill(shared->worker, SIGTERM);
	kill(shared->worker, SIGHUP);
	assert_ok(issue(signer));
	signer_free(signer);
	signer = open_golden("y31");
	assert_ok(issue(signer));
	signer_free(signer);
}

static void without_a_keeper_nothing_is_signed(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes key = golden_file("signers/y31.key");
	struct signer *signer;

	(void)state;
	kill(shared->keeper, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)shared->keeper, &(siginfo_t){ 0 },
				WEXITED | WNOWAIT),
			 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(open_pem(&cert, &key, &signer), -EIO);
		assert_non_null(strstr(fail_reason(), "mount again"));
	}
	bytes_free(&key);
	bytes_free(&cert);
}

static void limits_of_the_system_are_told(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes key = golden_file("signers/y31.key");
	struct signer *signer;

	(void)state;
	no_sockets = true;
	assert_int_equal(signing_start(NULL), -EMFILE);
	assert_non_null(strstr(fail_reason(), "no socket for signing"));
	no_sockets = false;
	no_processes = true;
	assert_int_equal(signing_start(NULL), -EAGAIN);
	assert_non_null(strstr(fail_reason(), "no process for signing"));
	no_processes = false;
	assert_ok(signing_start(NULL));
	no_sockets = true;
	assert_int_equal(open_pem(&cert, &key, &signer), -EMFILE);
	no_sockets = false;
	assert_ok(open_pem(&cert, &key, &signer));
	signer_free(signer);
	signing_stop();
	bytes_free(&key);
	bytes_free(&cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_issues_as_any_other, begin,
						end),
		cmocka_unit_test_setup_teardown(why_a_key_is_refused_is_told,
						begin, end),
		cmocka_unit_test_setup_teardown(a_process_that_dies_is_eio,
						begin, end),
		cmocka_unit_test_setup_teardown(
			a_token_that_hangs_is_etimedout_and_ended, begin, end),
		cmocka_unit_test_setup_teardown(signals_to_all_do_not_end_it,
						begin, end),
		cmocka_unit_test_setup_teardown(
			without_a_keeper_nothing_is_signed, begin, end),
		cmocka_unit_test(limits_of_the_system_are_told),
	};

	sigset_t blocked;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	/* As in a program whose signals come through a descriptor. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGALRM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
