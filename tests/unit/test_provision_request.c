/* SPDX-License-Identifier: Apache-2.0 */
#include "provision_fixture.h"

#include <errno.h>
#include <time.h>

#include "error.h"
#include "stage.h"

static const char begin_key[] = "-----BEGIN EC PRIVATE KEY-----\n";

static void a_request_is_the_same_in_any_pieces(void **state)
{
	struct provision *want = new_request(PROVISION_PRIMARY);
	struct provision *got = new_request(PROVISION_PRIMARY);
	struct bytes text = whole_request();
	enum provision_verb verb;

	(void)state;
	assert_int_equal(write_pieces(want, (char *)text.data, text.len,
				      SIZE_MAX, &verb),
			 0);
	assert_int_equal(verb, PROVISION_COMMIT);
	for (size_t piece = 1; piece < text.len; piece++) {
		provision_reset(got);
		assert_int_equal(write_pieces(got, (char *)text.data, text.len,
					      piece, &verb),
				 0);
		assert_int_equal(verb, PROVISION_COMMIT);
		assert_memory_equal(&got->staged, &want->staged,
				    sizeof(got->staged));
	}
	golden_count("pieces", text.len - 1);
	bytes_free(&text);
	provision_free(want);
	provision_free(got);
}

static void a_request_is_the_same_split_anywhere(void **state)
{
	struct provision *want = new_request(PROVISION_PRIMARY);
	struct provision *got = new_request(PROVISION_PRIMARY);
	struct bytes text = whole_request();
	enum provision_verb verb;
	size_t used;

	(void)state;
	assert_int_equal(write_pieces(want, (char *)text.data, text.len,
				      SIZE_MAX, &verb),
			 0);
	for (size_t split = 0; split < text.len; split++) {
		provision_reset(got);
		assert_int_equal(provision_feed(got, (char *)text.data, split,
						&used, &verb),
				 0);
		assert_int_equal(verb, PROVISION_STAGED);
		assert_int_equal(provision_feed(got, (char *)text.data + split,
						text.len - split, &used, &verb),
				 0);
		assert_int_equal(verb, PROVISION_COMMIT);
		assert_memory_equal(&got->staged, &want->staged,
				    sizeof(got->staged));
	}
	golden_count("splits", text.len);
	bytes_free(&text);
	provision_free(want);
	provision_free(got);
}

static void lines_may_end_in_carriage_returns(void **state)
{
	struct provision *want = new_request(PROVISION_PRIMARY);
	struct provision *got = new_request(PROVISION_PRIMARY);
	struct bytes text = whole_request(), crlf = BYTES_INIT;
	enum provision_verb verb;

	(void)state;
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\n')
			assert_int_equal(bytes_append(&crlf, "\r", 1), 0);
		assert_int_equal(bytes_append(&crlf, &text.data[i], 1), 0);
	}
	assert_int_equal(
		write_pieces(want, (char *)text.data, text.len, 100, &verb), 0);
	assert_int_equal(
		write_pieces(got, (char *)crlf.data, crlf.len, 100, &verb), 0);
	assert_int_equal(verb, PROVISION_COMMIT);
	got->staged.taken = want->staged.taken;
	assert_memory_equal(&got->staged, &want->staged, sizeof(got->staged));
	bytes_free(&text);
	bytes_free(&crlf);
	provision_free(want);
	provision_free(got);
}

static void zero_bytes_are_refused(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	enum provision_verb verb;

	(void)state;
	assert_int_equal(write_pieces(request, "serial=a\0b\n", 11, 20, &verb),
			 -EINVAL);
	assert_true(provision_is_empty(request));
	provision_free(request);
}

static void text_has_limits(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	enum provision_verb verb;
	struct bytes text = BYTES_INIT;
	size_t used;

	(void)state;
	assert_int_equal(bytes_resize(&text, PROVISION_TEXT_MAX + 1), 0);
	memset(text.data, 'a', text.len);
	assert_int_equal(
		write_pieces(request, (char *)text.data, text.len, 999, &verb),
		-EFBIG);
	provision_reset(request);
	assert_int_equal(provision_closed(request), 0);
	memset(text.data, '\n', text.len);
	assert_int_equal(provision_feed(request, (char *)text.data,
					PROVISION_TEXT_MAX, &used, &verb),
			 0);
	assert_int_equal(provision_feed(request, "\n", 1, &used, &verb),
			 -EFBIG);
	assert_int_equal(provision_closed(request), 0);
	provision_reset(request);

	bytes_free(&text);
	assert_int_equal(bytes_printf(&text, "%s", begin_key), 0);
	for (int i = 0; i < 50; i++)
		assert_int_equal(bytes_printf(&text, "%064d\n", i), 0);
	assert_int_equal(try_text(request, bytes_text(&text)), -EFBIG);
	bytes_free(&text);
	provision_free(request);
}

static void nothing_of_an_open_with_a_refused_line_counts(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	enum provision_verb verb;
	size_t used;

	(void)state;
	assert_int_equal(write_text(request, "board=B\n"), 0);
	assert_int_equal(provision_feed(request, "serial=1\n", 9, &used, &verb),
			 0);
	assert_int_equal(provision_feed(request, "bord=1\n", 7, &used, &verb),
			 -EINVAL);
	assert_false(staged_has(&request->staged, ITEM_SERIAL));
	/* A shell goes on to the commit, which must not use a default. */
	assert_int_equal(
		provision_feed(request, "serial=1\ncommit\n", 16, &used, &verb),
		-EINVAL);
	assert_non_null(strstr(fail_reason(), "bord= is not known here: "));
	assert_int_equal(provision_closed(request), 0);
	assert_false(staged_has(&request->staged, ITEM_SERIAL));
	assert_string_equal((const char *)request->staged.board, "B");

	assert_int_equal(write_text(request, "serial=2\n"), 0);
	assert_string_equal((const char *)request->staged.serial, "2");
	provision_free(request);
}

static void reset_forgets_a_refusal(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	enum provision_verb verb;
	size_t used;

	(void)state;
	assert_int_equal(provision_feed(request, "x\n", 2, &used, &verb),
			 -EINVAL);
	assert_int_equal(
		provision_feed(request, "reset\nserial=1\n", 15, &used, &verb),
		0);
	assert_int_equal(used, 6);
	assert_int_equal(verb, PROVISION_RESET);
	assert_int_equal(provision_feed(request, "serial=1\n", 9, &used, &verb),
			 0);
	assert_string_equal((const char *)request->staged.serial, "1");
	provision_free(request);
}

static void text_is_taken_up_to_a_verb(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	static const char text[] = "serial=1\ncheck\nboard=B\nbegin\ncommit";
	enum provision_verb verb;
	size_t used, at = 0;

	(void)state;
	assert_int_equal(
		provision_feed(request, text, sizeof(text) - 1, &used, &verb),
		0);
	assert_int_equal(verb, PROVISION_CHECK);
	assert_false(staged_has(&request->staged, ITEM_BOARD));
	at += used;
	assert_int_equal(provision_feed(request, text + at,
					sizeof(text) - 1 - at, &used, &verb),
			 0);
	assert_int_equal(verb, PROVISION_BEGIN);
	at += used;
	assert_int_equal(provision_feed(request, text + at,
					sizeof(text) - 1 - at, &used, &verb),
			 0);
	assert_int_equal(verb, PROVISION_STAGED);
	assert_int_equal(at + used, sizeof(text) - 1);
	assert_int_equal(provision_written(request, &verb), 0);
	assert_int_equal(verb, PROVISION_COMMIT);
	provision_free(request);
}

static int64_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

static void keys_are_forgotten_after_five_minutes(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes text = whole_request(), shown = BYTES_INIT;
	enum provision_verb verb;
	int64_t now = now_s();

	(void)state;
	assert_int_equal(provision_expire(request, now + 1000), 0);
	assert_int_equal(write_pieces(request, (char *)text.data, text.len,
				      SIZE_MAX, &verb),
			 0);
	assert_in_range(provision_expire(request, now), 295, 302);
	assert_true(staged_has(&request->staged, ITEM_SIGNER_KEY));
	assert_int_equal(provision_expire(request, now + 301), 0);
	assert_false(staged_has(&request->staged, ITEM_SIGNER_KEY));
	assert_false(staged_has(&request->staged, ITEM_ACTIVATION_KEY));
	assert_true(staged_has(&request->staged, ITEM_SERIAL));
	assert_null(memmem(request, sizeof(*request), "PRIVATE KEY", 11));
	assert_int_equal(provision_show(request, &shown), 0);
	assert_non_null(strstr(bytes_text(&shown),
			       "expired=activation-key encryption-key "
			       "signer-key\n"));
	bytes_free(&text);
	bytes_free(&shown);
	provision_free(request);
}

static void a_stalled_key_is_forgotten_too(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	enum provision_verb verb;
	size_t used;

	(void)state;
	assert_int_equal(provision_feed(request, begin_key,
					sizeof(begin_key) - 1, &used, &verb),
			 0);
	assert_int_equal(provision_feed(request, "AAAA", 4, &used, &verb), 0);
	assert_int_equal(provision_expire(request, now_s() + 301), 0);
	assert_null(memmem(request, sizeof(*request), "AAAA", 4));
	assert_int_equal(
		provision_feed(request, "\nserial=1\n", 10, &used, &verb),
		-EINVAL);
	provision_free(request);
}

static void what_expires_under_a_stalled_writer_is_shown(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes text = whole_request(), shown = BYTES_INIT;
	enum provision_verb verb;
	size_t used;

	(void)state;
	assert_int_equal(write_text(request, bytes_text(&text)), 0);
	assert_int_equal(provision_closed(request), 0);
	assert_int_equal(provision_feed(request, "boa", 3, &used, &verb), 0);
	assert_int_equal(provision_expire(request, now_s() + 301), 0);
	assert_null(memmem(request, sizeof(*request), "PRIVATE KEY", 11));
	assert_int_equal(provision_show(request, &shown), 0);
	assert_non_null(strstr(bytes_text(&shown),
			       "expired=activation-key encryption-key "
			       "signer-key\ninterrupted=yes\n"));
	bytes_free(&text);
	bytes_free(&shown);
	provision_free(request);
}

static void reset_leaves_no_byte_of_a_key(void **state)
{
	struct provision *request = new_request(PROVISION_PRIMARY);
	struct bytes text = whole_request();

	(void)state;
	assert_int_equal(write_text(request, bytes_text(&text)), 0);
	assert_int_equal(write_text(request, ""), 0);
	assert_non_null(memmem(request, sizeof(*request), "PRIVATE KEY", 11));
	provision_reset(request);
	assert_null(memmem(request, sizeof(*request), "PRIVATE KEY", 11));
	assert_true(provision_is_empty(request));
	bytes_free(&text);
	provision_free(request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_the_same_in_any_pieces),
		cmocka_unit_test(a_request_is_the_same_split_anywhere),
		cmocka_unit_test(lines_may_end_in_carriage_returns),
		cmocka_unit_test(zero_bytes_are_refused),
		cmocka_unit_test(text_has_limits),
		cmocka_unit_test(nothing_of_an_open_with_a_refused_line_counts),
		cmocka_unit_test(reset_forgets_a_refusal),
		cmocka_unit_test(text_is_taken_up_to_a_verb),
		cmocka_unit_test(keys_are_forgotten_after_five_minutes),
		cmocka_unit_test(a_stalled_key_is_forgotten_too),
		cmocka_unit_test(what_expires_under_a_stalled_writer_is_shown),
		cmocka_unit_test(reset_leaves_no_byte_of_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
