/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hostile mount: anybody may have made its files, and the module runs within
 * other programs, also root's.
 */
#include "fake_mount.h"

#include <sys/stat.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static ck_rv_t sign(void)
{
	return fake_sign(session, FAKE_KEY);
}

static ck_rv_t derive(void)
{
	ck_object_handle_t secret;

	return fake_derive(session, FAKE_KEY, &secret);
}

/* Everything that reads or writes a file; what it makes of it is no matter. */
static void use_everything(void)
{
	unsigned char random[16];

	fake_token_info();
	fake_count(session);
	sign();
	derive();
	p11->C_GenerateRandom(session, random, sizeof(random));
}

static void make_anew(void)
{
	ck_session_handle_t other;

	fake_mount_remove();
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &other),
		  CKR_OK);
	assert_rv(p11->C_CloseSession(other), CKR_OK);
	assert_rv(sign(), CKR_OK);
}

static void a_fifo_is_not_waited_for(void **state)
{
	size_t files = open_files();

	(void)state;
	for (size_t i = 0; i < FAKE_FILES; i++) {
		fake_delete(fake_files[i]);
		assert_int_equal(mkfifo(fake_path(fake_files[i]), 0600), 0);
		use_everything();
		make_anew();
	}
	assert_int_equal(open_files(), files);
}

static void a_directory_is_no_file(void **state)
{
	(void)state;
	for (size_t i = 0; i < FAKE_FILES; i++) {
		fake_delete(fake_files[i]);
		assert_int_equal(mkdir(fake_path(fake_files[i]), 0700), 0);
		use_everything();
		assert_int_equal(rmdir(fake_path(fake_files[i])), 0);
		make_anew();
	}
}

static void a_request_never_follows_a_link(void **state)
{
	static const char victim[] =
		"what the program may write to, and it only";
	struct bytes after;

	(void)state;
	fake_text("random", victim);
	fake_delete("sign");
	fake_delete("ecdh");
	assert_int_equal(symlink("random", fake_path("sign")), 0);
	assert_int_equal(symlink("random", fake_path("ecdh")), 0);
	assert_rv(sign(), CKR_DEVICE_REMOVED);
	assert_rv(derive(), CKR_DEVICE_REMOVED);
	after = fake_read("random");
	assert_string_equal(bytes_text(&after), victim);
	bytes_free(&after);
}

static void a_link_is_no_certificate(void **state)
{
	(void)state;
	assert_int_equal(fake_count(session), 4);
	fake_delete("device.pem");
	assert_int_equal(symlink("signer.pem", fake_path("device.pem")), 0);
	assert_int_equal(fake_count(session), 3);
}

static void a_file_without_end_is_no_file(void **state)
{
	const off_t huge = (off_t)1 << 40;

	(void)state;
	for (size_t i = 0; i < FAKE_FILES; i++)
		if (truncate(fake_path(fake_files[i]), huge) < 0)
			skip(); /* a file system of small files */
	assert_int_equal(fake_count(session), 0);
	use_everything();
}

static void any_status_is_read_to_its_end(void **state)
{
	static const struct {
		const char *text;
		ck_rv_t rv;
	} cases[] = {
		{ "", CKR_TOKEN_NOT_PRESENT },
		{ "present", CKR_TOKEN_NOT_PRESENT },
		{ "present=", CKR_TOKEN_NOT_PRESENT },
		{ "present=yesyesyesyesyes", CKR_TOKEN_NOT_PRESENT },
		{ "present=yes", CKR_OK },
		{ "\n\n\npresent=yes\n\n", CKR_OK },
		{ "serial=1\n present=yes\n", CKR_TOKEN_NOT_PRESENT },
	};
	struct ck_token_info info;
	char text[8200];

	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		fake_text("status", cases[i].text);
		assert_rv(p11->C_GetTokenInfo(0, &info), cases[i].rv);
	}
	memset(text, 'x', sizeof(text));
	memcpy(text, "present=yes\nmodel=", 18);
	fake_write("status", text, 8192);
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_memory_equal(info.model, "xxxxxxxxxxxxxxxx", 16);
	fake_write("status", text, 8193);
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_TOKEN_NOT_PRESENT);
}

static void any_chip_serial_is_one_or_none(void **state)
{
	struct ck_token_info info;
	char text[200];

	(void)state;
	memset(text, '7', sizeof(text));
	fake_write("chip/serial", text, sizeof(text));
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_memory_equal(info.serial_number, "7777777777777777", 16);
	fake_text("chip/serial", "\x1b]0;x");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_memory_equal(info.serial_number, "?]0;x           ", 16);
	fake_text("chip/serial", "\n");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_TOKEN_NOT_PRESENT);
	fake_text("chip/serial", "");
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_TOKEN_NOT_PRESENT);
}

/* Ed25519, from one who signs itself. */
static const char other_key[] =
	"-----BEGIN CERTIFICATE-----\n"
	"MIIBNDCB56ADAgECAhQ2Ed+8+OTvp54doo4S/aeYbU7l8zAFBgMrZXAwEDEOMAwG\n"
	"A1UEAwwFb3RoZXIwHhcNMjYxMTIyMDMxODQ5WhcNMzYxMTE5MDMxODQ5WjAQMQ4w\n"
	"DAYDVQQDDAVvdGhlcjAqMAUGAytlcAMhAImwlClJC+knkwCw9j2wicZkqpjgBi06\n"
	"F5D2Fyiu72X2o1MwUTAdBgNVHQ4EFgQUxZOLwOPLjy+UX3b7P8hp650MunYwHwYD\n"
	"VR0jBBgwFoAUxZOLwOPLjy+UX3b7P8hp650MunYwDwYDVR0TAQH/BAUwAwEB/zAF\n"
	"BgMrZXADQQAQguhbwL8vOMloCI8eBu+8Gmfbb9jZcLtXLDO5TCHv2LuB/vH9C28u\n"
	"1NDUrim+irXshjHjWDYuPOmUyPjdm1QG\n"
	"-----END CERTIFICATE-----\n";
static const char other_public_key[] =
	"-----BEGIN PUBLIC KEY-----\n"
	"MCowBQYDK2VwAyEAibCUKUkL6SeTALD2PbCJxmSqmOAGLToXkPYXKK7vZfY=\n"
	"-----END PUBLIC KEY-----\n";

static void a_key_of_another_kind_is_no_key_of_the_chip(void **state)
{
	unsigned char id[20];
	struct ck_attribute wanted = { CKA_ID, id, sizeof(id) };
	ck_object_handle_t cert;

	(void)state;
	fake_text("device.pem", other_key);
	assert_int_equal(fake_count(session), 4);
	cert = fake_find(session, CKO_CERTIFICATE, "device");
	assert_rv(p11->C_GetAttributeValue(session, cert, &wanted, 1), CKR_OK);
	fake_text("pubkey.pem", other_public_key);
	assert_int_equal(fake_count(session), 2);
	assert_rv(sign(), CKR_KEY_HANDLE_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_open, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(a_fifo_is_not_waited_for),
		TEST(a_directory_is_no_file),
		TEST(a_request_never_follows_a_link),
		TEST(a_link_is_no_certificate),
		TEST(a_file_without_end_is_no_file),
		TEST(any_status_is_read_to_its_end),
		TEST(any_chip_serial_is_one_or_none),
		TEST(a_key_of_another_kind_is_no_key_of_the_chip),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
