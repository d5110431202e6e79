/* SPDX-License-Identifier: Apache-2.0 */
/* What the mount's errors are to a caller: each errno at each read and write. */
#include "fake_mount.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The read() or write() that fails: after so many others, and with what. */
struct failure {
	unsigned int after;
	int err; /* 0: none does */
};

static struct failure reading, writing;

static bool fails(struct failure *failure)
{
	if (!failure->err || failure->after-- > 0)
		return false;
	errno = failure->err;
	failure->err = 0;
	return true;
}

/* These stand before libc's, for the module as well. */
#pragma GCC visibility push(default)

ssize_t __read_chk(int fd, void *data, size_t len, size_t room);

ssize_t read(int fd, void *data, size_t len)
{
	return fails(&reading) ? -1 : syscall(SYS_read, fd, data, len);
}

ssize_t __read_chk(int fd, void *data, size_t len, size_t room)
{
	(void)room;
	return read(fd, data, len);
}

ssize_t write(int fd, const void *data, size_t len)
{
	return fails(&writing) ? -1 : syscall(SYS_write, fd, data, len);
}

#pragma GCC visibility pop

static int teardown(void **state)
{
	reading.err = 0;
	writing.err = 0;
	return fake_close(state);
}

/* As an answer to "what token is there?", and to its use. */
static const struct {
	int err;
	ck_rv_t token, use;
} errnos[] = {
	{ EINTR, CKR_OK, CKR_OK }, /* it is done again */
	{ EIO, CKR_DEVICE_ERROR, CKR_DEVICE_ERROR },
	{ ETIMEDOUT, CKR_DEVICE_ERROR, CKR_DEVICE_ERROR },
	{ ENOMEM, CKR_HOST_MEMORY, CKR_HOST_MEMORY },
	{ ENODEV, CKR_TOKEN_NOT_PRESENT, CKR_DEVICE_REMOVED },
	{ ENOTCONN, CKR_TOKEN_NOT_PRESENT, CKR_DEVICE_REMOVED },
	{ ECONNABORTED, CKR_TOKEN_NOT_PRESENT, CKR_DEVICE_REMOVED },
	{ ESHUTDOWN, CKR_TOKEN_NOT_PRESENT, CKR_DEVICE_REMOVED },
	{ EACCES, CKR_TOKEN_NOT_PRESENT, CKR_KEY_FUNCTION_NOT_PERMITTED },
	{ EPERM, CKR_TOKEN_NOT_PRESENT, CKR_KEY_FUNCTION_NOT_PERMITTED },
	{ EINVAL, CKR_TOKEN_NOT_PRESENT, CKR_DATA_INVALID },
	{ ENODATA, CKR_TOKEN_NOT_PRESENT, CKR_FUNCTION_FAILED },
	{ EBUSY, CKR_TOKEN_NOT_PRESENT, CKR_FUNCTION_FAILED },
};

static ck_rv_t sign(void)
{
	return fake_sign(session, FAKE_KEY);
}

static ck_rv_t derive_with(ck_object_handle_t key)
{
	ck_object_handle_t secret;

	return fake_derive(session, key, &secret);
}

static ck_rv_t draw(void)
{
	unsigned char random[16];

	return p11->C_GenerateRandom(session, random, sizeof(random));
}

static void a_signature_that_fails_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(errnos); i++) {
		writing = (struct failure){ 0, errnos[i].err };
		assert_rv(sign(), errnos[i].use);
		assert_int_equal(writing.err, 0);
		assert_rv(sign(), CKR_OK);
		/* The serial number is read twice, to its end, and then this. */
		reading = (struct failure){ 2, errnos[i].err };
		assert_rv(sign(), errnos[i].use);
		assert_int_equal(reading.err, 0);
		assert_rv(sign(), CKR_OK);
	}
}

static void a_point_that_the_chip_refuses_is_a_wrong_parameter(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(errnos); i++) {
		writing = (struct failure){ 0, errnos[i].err };
		assert_rv(derive_with(FAKE_KEY),
			  errnos[i].err == EINVAL ? CKR_MECHANISM_PARAM_INVALID
						  : errnos[i].use);
	}
}

static void only_the_private_key_derives(void **state)
{
	(void)state;
	assert_rv(derive_with(fake_find(session, CKO_PRIVATE_KEY, "device")),
		  CKR_OK);
	assert_rv(derive_with(fake_find(session, CKO_PUBLIC_KEY, "device")),
		  CKR_KEY_TYPE_INCONSISTENT);
	assert_rv(derive_with(99), CKR_KEY_HANDLE_INVALID);
}

static void who_may_not_draw_has_no_generator(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(errnos); i++) {
		reading = (struct failure){ 0, errnos[i].err };
		assert_rv(draw(),
			  errnos[i].use == CKR_KEY_FUNCTION_NOT_PERMITTED
				  ? CKR_RANDOM_NO_RNG
				  : errnos[i].use);
		assert_rv(draw(), CKR_OK);
	}
}

static bool is_present(void)
{
	struct ck_slot_info info;

	assert_rv(p11->C_GetSlotInfo(0, &info), CKR_OK);
	return info.flags & CKF_TOKEN_PRESENT;
}

static void a_bus_in_trouble_does_not_take_the_token_away(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(errnos); i++) {
		reading = (struct failure){ 0, errnos[i].err };
		assert_rv(fake_token_info(), errnos[i].token);
		assert_rv(fake_token_info(), CKR_OK);
		reading = (struct failure){ 0, errnos[i].err };
		assert_int_equal(is_present(),
				 errnos[i].token != CKR_TOKEN_NOT_PRESENT);
		assert_true(is_present());
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_open, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_signature_that_fails_says_why),
		TEST(a_point_that_the_chip_refuses_is_a_wrong_parameter),
		TEST(only_the_private_key_derives),
		TEST(who_may_not_draw_has_no_generator),
		TEST(a_bus_in_trouble_does_not_take_the_token_away),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
