/* SPDX-License-Identifier: Apache-2.0 */
/* Requests whose last line has no newline. */
#include "provision_fixture.h"

#include <errno.h>

#include "error.h"
#include "stage.h"

static void a_pem_block_cut_off_stages_nothing(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);

	(void)state;
	assert_int_equal(write_text(request,
				    "serial=1\n-----BEGIN CERTIFICATE-----\n"
				    "AAAA\n"),
			 -EINVAL);
	assert_true(provision_is_empty(request));
	assert_int_equal(write_text(request, "serial=1\n"), -EINVAL);
	assert_int_equal(write_text(request, "reset\nserial=1\n"), 0);
	provision_free(request);
}

static void assert_verb(struct provision *request, const char *text,
			enum provision_verb want)
{
	enum provision_verb verb = PROVISION_STAGED;

	assert_int_equal(write_once(request, text, strlen(text), &verb), 0);
	assert_int_equal(verb, want);
}

static void a_verb_that_ends_a_write_needs_no_newline(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);

	(void)state;
	assert_verb(request, "commit", PROVISION_COMMIT);
	assert_verb(request, "\n", PROVISION_STAGED);
	assert_verb(request, "serial=1\ncheck", PROVISION_CHECK);
	assert_verb(request, "reset", PROVISION_RESET);
	assert_int_equal(provision_closed(request), 0);
	provision_free(request);
}

static void a_verb_in_two_writes_waits_for_its_newline(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);

	(void)state;
	assert_verb(request, "serial=1\ncom", PROVISION_STAGED);
	assert_verb(request, "mit", PROVISION_STAGED);
	assert_verb(request, "\n", PROVISION_COMMIT);
	assert_verb(request, "c", PROVISION_STAGED);
	assert_verb(request, "ommit", PROVISION_STAGED);
	assert_int_equal(provision_closed(request), -EINVAL);
	provision_free(request);
}

static void a_pem_block_hides_verbs_and_ends_without_a_newline(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes key = golden_file("signers/y31.key");

	(void)state;
	assert_verb(request, "-----BEGIN EC PRIVATE KEY-----\n",
		    PROVISION_STAGED);
	assert_verb(request, "commit", PROVISION_STAGED);
	provision_reset(request);
	while (key.data[key.len - 1] == '\n')
		bytes_resize(&key, key.len - 1);
	assert_verb(request, bytes_text(&key), PROVISION_STAGED);
	assert_int_equal(provision_closed(request), 0);
	assert_true(staged_has(&request->staged, ITEM_SIGNER_KEY));
	bytes_free(&key);
	provision_free(request);
}

/* A writer that goes on must not commit a default instead of that line. */
static void after_a_line_cut_off_nothing_counts_before_a_reset(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes shown = BYTES_INIT;

	(void)state;
	assert_int_equal(write_text(request, "board=B\n"), 0);
	assert_int_equal(write_text(request, "user=00\nserial=N12"), -EINVAL);
	assert_int_equal(request->staged.present, ITEM_BIT(ITEM_BOARD));
	assert_int_equal(write_text(request, "serial=N1234\n"), -EINVAL);
	assert_non_null(strstr(fail_reason(), "until reset is written"));
	assert_int_equal(write_text(request, "commit\n"), -EINVAL);
	assert_int_equal(provision_show(request, &shown), 0);
	assert_non_null(strstr(bytes_text(&shown), "interrupted=yes\n"));
	assert_int_equal(write_text(request, "reset\nserial=N1234\n"), 0);
	assert_int_equal(request->staged.present, ITEM_BIT(ITEM_SERIAL));
	bytes_free(&shown);
	provision_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pem_block_cut_off_stages_nothing),
		cmocka_unit_test(a_verb_that_ends_a_write_needs_no_newline),
		cmocka_unit_test(a_verb_in_two_writes_waits_for_its_newline),
		cmocka_unit_test(
			a_pem_block_hides_verbs_and_ends_without_a_newline),
		cmocka_unit_test(
			after_a_line_cut_off_nothing_counts_before_a_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
