/* SPDX-License-Identifier: Apache-2.0 */
#include "provision_fixture.h"

#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "stage.h"

static void certificates_are_told_apart_by_the_ca_flag(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes text = BYTES_INIT;

	(void)state;
	append_file(&text, "devices/len8.cert");
	append_file(&text, "signers/y10.cert");
	assert_int_equal(write_text(request, bytes_text(&text)), 0);
	assert_true(staged_has(&request->staged, ITEM_DEVICE_CERT));
	assert_true(staged_has(&request->staged, ITEM_SIGNER_CERT));
	bytes_free(&text);
	text = golden_file("signers/y10.cert");
	assert_memory_equal(request->staged.signer_cert, text.data,
			    request->staged.len[ITEM_SIGNER_CERT]);
	bytes_free(&text);
	provision_free(request);
}

static const struct {
	const char *text;
	int err;
	const char *reason; /* a part of it */
} lines[] = {
	{ "serial=", -EINVAL, "serial" },
	{ "serial=123456789012345678901234567890123456789012345678", 0, "" },
	{ "serial=1234567890123456789012345678901234567890123456789", -EFBIG,
	  "at most 48" },
	{ "serial=a=b c/d", 0, "" },
	{ "serial=\xc3\xa4\xe2\x82\xac\xf0\x9f\x94\x91", 0, "" },
	{ "serial=\xe4", -EINVAL, "UTF-8" },
	{ "serial=\xc0\xaf", -EINVAL, "UTF-8" },
	{ "serial=\xed\xa0\x80", -EINVAL, "UTF-8" },
	{ "serial=\xf4\x90\x80\x80", -EINVAL, "UTF-8" },
	{ "serial=\xe2\x82", -EINVAL, "UTF-8" },
	{ "serial=a\tb", -EINVAL, "UTF-8" },
	{ "serial=a\x7f", -EINVAL, "UTF-8" },
	{ "serial=a\xc2\x9b", -EINVAL, "UTF-8" },
	{ "serial=1\nserial=1", -EINVAL, "line 2: a second serial" },
	{ "board=", -EINVAL, "board" },
	{ "board=1234567890", 0, "" },
	{ "board=12345678901", -EFBIG, "at most 10" },
	{ "user=", -EINVAL, "user" },
	{ "user=0", -EINVAL, "user" },
	{ "user=012", -EINVAL, "hex" },
	{ "user=0g", -EINVAL, "hex" },
	{ "user=00112233445566778899aabbccddeeff"
	  "00112233445566778899aabbccddeeff",
	  0, "" },
	{ "user=00112233445566778899aabbccddeeff"
	  "00112233445566778899aabbccddeeff00",
	  -EFBIG, "at most 32" },
	{ "chip=0123f1e2d3c4b5a6ee", 0, "" },
	{ "chip=0123f1e2d3c4b5a6e", -EINVAL, "chip" },
	{ "chip=0123f1e2d3c4b5a6ee00", -EFBIG, "at most 9" },
	{ "mode=regular", 0, "" },
	{ "mode=Volatile", -EINVAL, "regular or volatile" },
	{ "extended-dates=yes", 0, "" },
	{ "extended-dates=1", -EINVAL, "extended-dates= can only be yes" },
	{ "activation-key=00112233445566778899aabbccddeeff", 0, "" },
	{ "activation-key=00112233445566778899aabbccddeef", -EINVAL,
	  "activation-key" },
	{ "signer-key=pkcs11:token=a", 0, "" },
	{ "pin-file=/run/pin", 0, "" },
	{ "pin-file=run/pin", -EINVAL,
	  "line 1: pin-file= has a relative path" },
	{ "pin=1234", 0, "" },
	{ "pin=", -EINVAL, "line 1: pin is 0 bytes" },
	{ "pin=1\t2", -EINVAL, "line 1: pin is not printable" },
	{ "bord=NervesKey", -EINVAL, "line 1: bord=" },
	{ "\n\nclear", -EINVAL, "line 3: neither" },
	{ "Serial=1", -EINVAL, "line 1: neither" },
	{ " serial=1", -EINVAL, "line 1: neither" },
	{ "=1", -EINVAL, "line 1: neither" },
	{ "signer-certificate=1", -EINVAL, "signer-certificate" },
	{ "-----END CERTIFICATE-----", -EINVAL, "line 1: neither" },
	{ "-----BEGIN PUBLIC KEY-----", -EINVAL, "line 1: a PEM block" },
	{ "-----BEGIN ENCRYPTED PRIVATE KEY-----", -EINVAL, "decrypt" },
	{ "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
	  -EINVAL,
	  "line 3: what was given as a certificate is no X.509 "
	  "version 3 certificate" },
	{ "-----BEGIN CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n", -EINVAL,
	  "line 2: not Base64" },
	{ "-----BEGIN CERTIFICATE-----\n-----END PRIVATE KEY-----\n", -EINVAL,
	  "line 2: not Base64" },
	{ "-----BEGIN CERTIFICATE-----\nAAAA\ncommit\n", -EINVAL,
	  "line 3: commit inside" },
	{ "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n", -EINVAL,
	  "line 2: not Base64" },
	{ "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
	  "-----END EC PARAMETERS-----\n",
	  0, "" },
};

static void a_line_is_taken_or_named(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	const size_t count = sizeof(lines) / sizeof(lines[0]);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		char text[200];
		int err;

		fail_clear();
		snprintf(text, sizeof(text), "%s\n", lines[i].text);
		err = try_text(request, text);
		if (err != lines[i].err ||
		    !strstr(fail_reason(), lines[i].reason))
			fail_msg("%s: %d, %s", lines[i].text, err,
				 fail_reason());
	}
	golden_count("lines", count);
	provision_free(request);
}

static const struct {
	const char *text;
	int err;
} by_others[] = {
	{ "pin=1234\n", 0 },
	{ "signer-key=pkcs11:token=a?pin-value=1234\n", 0 },
	{ "pin-file=/run/pin\n", -EINVAL },
	{ "pin-file=pin\n", -EINVAL },
	{ "signer-key=pkcs11:token=a?pin-source=file:/run/pin\n", -EINVAL },
	{ "signer-key=pkcs11:token=a?pinfile=/run/pin\n", -EINVAL },
	{ "signer-key=tpmkey:file=/run/key\n", -EINVAL },
};

/* The daemon is root, and would open what they cannot. */
static void only_root_names_a_file(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);

	(void)state;
	for (size_t i = 0; i < sizeof(by_others) / sizeof(*by_others); i++) {
		provision_writer(request, false);
		fail_clear();
		assert_int_equal(try_text(request, by_others[i].text),
				 by_others[i].err);
		assert_null(strstr(fail_reason(), "/run"));
		provision_writer(request, true);
		if (by_others[i].text[9] == '/' || by_others[i].text[0] == 's')
			assert_int_equal(try_text(request, by_others[i].text),
					 0);
	}
	provision_free(request);
}

/* Be it the newline. */
static void a_line_is_roots_when_all_of_it_is(void **state)
{
	static const char line[] = "pin-file=/run/pin\n";
	struct provision *request = new_request(PROVISION_PRIMARY);
	enum provision_verb verb;

	(void)state;
	for (size_t cut = 1; cut < sizeof(line) - 1; cut++) {
		for (int first = 0; first < 2; first++) {
			provision_writer(request, first);
			assert_int_equal(write_once(request, line, cut, &verb),
					 0);
			provision_writer(request, !first);
			assert_int_equal(write_once(request, line + cut,
						    sizeof(line) - 1 - cut,
						    &verb),
					 -EINVAL);
			provision_closed(request);
			provision_reset(request);
		}
	}
	provision_free(request);
}

static void auxiliary_requests_take_fewer_lines(void **state)
{
	struct provision *request = new_request(PROVISION_AUX);
	enum provision_verb verb;

	(void)state;
	assert_int_equal(try_text(request, "serial=1\n"), -EINVAL);
	assert_int_equal(try_text(request, "mode=regular\n"), -EINVAL);
	assert_int_equal(try_text(request, "begin\n"), -EINVAL);
	assert_int_equal(try_text(request, "chip=0123f1e2d3c4b5a6ee\n"), 0);
	assert_int_equal(write_pieces(request, "clear\n", 6, 1, &verb), 0);
	assert_int_equal(verb, PROVISION_CLEAR);
	provision_free(request);
}

static void no_key_material_gets_into_a_sentence(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes key = golden_file("signers/y31.key");
	char line[100], *next, *rest = (char *)key.data;
	size_t count = 0;

	(void)state;
	while ((next = strsep(&rest, "\n"))) {
		if (!*next || *next == '-')
			continue;
		/* The whole line, and any end of it that lost its start. */
		for (size_t i = 0; next[i]; i++, count++) {
			fail_clear();
			snprintf(line, sizeof(line), "%s\n", next + i);
			assert_int_equal(try_text(request, line), -EINVAL);
			line[strcspn(line, "=\n")] = '\0';
			if (strlen(line) > 3)
				assert_null(strstr(fail_reason(), line));
		}
	}
	golden_count("key pieces", count);
	bytes_free(&key);
	provision_free(request);
}

static void show_names_what_is_staged_and_missing(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes shown = BYTES_INIT, text = BYTES_INIT;

	(void)state;
	assert_int_equal(provision_show(request, &shown), 0);
	assert_string_equal(bytes_text(&shown),
			    "missing=signer-certificate signer-key\n");
	bytes_free(&shown);
	append_file(&text, "signers/y31.key");
	assert_int_equal(bytes_printf(&text,
				      "serial=N1\nmode=volatile\nuser=0A\n"
				      "activation-key=%032x\n",
				      7),
			 0);
	assert_int_equal(write_text(request, bytes_text(&text)), 0);
	assert_int_equal(provision_show(request, &shown), 0);
	assert_string_equal(bytes_text(&shown),
			    "serial=N1\nuser=0a\nmode=volatile\n"
			    "activation-key=staged\nsigner-key=staged\n"
			    "missing=encryption-key signer-certificate\n");
	bytes_free(&shown);
	bytes_free(&text);
	provision_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certificates_are_told_apart_by_the_ca_flag),
		cmocka_unit_test(a_line_is_taken_or_named),
		cmocka_unit_test(only_root_names_a_file),
		cmocka_unit_test(a_line_is_roots_when_all_of_it_is),
		cmocka_unit_test(auxiliary_requests_take_fewer_lines),
		cmocka_unit_test(no_key_material_gets_into_a_sentence),
		cmocka_unit_test(show_names_what_is_staged_and_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
