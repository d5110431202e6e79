/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, and logging in: allowed to all, needed by nobody. */
#include "fake_mount.h"

static unsigned char pin[] = "1234";

static ck_rv_t login(ck_session_handle_t in, ck_user_type_t user)
{
	return p11->C_Login(in, user, pin, sizeof(pin) - 1);
}

static ck_session_handle_t open_session(ck_flags_t flags)
{
	ck_session_handle_t made;

	assert_rv(p11->C_OpenSession(0, CKF_SERIAL_SESSION | flags, NULL, NULL,
				     &made),
		  CKR_OK);
	return made;
}

static ck_state_t state_of(ck_session_handle_t of)
{
	struct ck_session_info info;

	assert_rv(p11->C_GetSessionInfo(of, &info), CKR_OK);
	return info.state;
}

static void any_pin_or_none_is_let_in(void **state)
{
	(void)state;
	assert_rv(login(session, CKU_USER), CKR_OK);
	assert_rv(p11->C_Logout(session), CKR_OK);
	assert_rv(p11->C_Login(session, CKU_USER, NULL, 0), CKR_OK);
	assert_rv(p11->C_Logout(session), CKR_OK);
	assert_rv(p11_3->C_LoginUser(session, CKU_USER, pin, 4, pin, 4),
		  CKR_OK);
	assert_rv(p11->C_Logout(session), CKR_OK);
	assert_rv(p11->C_Logout(session), CKR_USER_NOT_LOGGED_IN);
}

static void the_security_officer_has_no_right_pin(void **state)
{
	(void)state;
	assert_rv(login(session, CKU_SO), CKR_PIN_INCORRECT);
	assert_int_equal(state_of(session), CKS_RO_PUBLIC_SESSION);
	assert_rv(login(session, CKU_USER), CKR_OK);
	assert_rv(login(session, CKU_SO), CKR_USER_ANOTHER_ALREADY_LOGGED_IN);
}

static void other_users_are_refused(void **state)
{
	(void)state;
	assert_rv(login(session, CKU_CONTEXT_SPECIFIC),
		  CKR_OPERATION_NOT_INITIALIZED);
	assert_rv(login(session, 77), CKR_USER_TYPE_INVALID);
}

static void all_sessions_with_a_token_log_in_together(void **state)
{
	ck_session_handle_t writer = open_session(CKF_RW_SESSION);

	(void)state;
	assert_int_equal(state_of(session), CKS_RO_PUBLIC_SESSION);
	assert_int_equal(state_of(writer), CKS_RW_PUBLIC_SESSION);
	assert_rv(login(session, CKU_USER), CKR_OK);
	assert_rv(login(writer, CKU_USER), CKR_USER_ALREADY_LOGGED_IN);
	assert_int_equal(state_of(session), CKS_RO_USER_FUNCTIONS);
	assert_int_equal(state_of(writer), CKS_RW_USER_FUNCTIONS);
	assert_int_equal(state_of(open_session(0)), CKS_RO_USER_FUNCTIONS);
	assert_rv(p11->C_Logout(writer), CKR_OK);
	assert_int_equal(state_of(session), CKS_RO_PUBLIC_SESSION);
}

static void the_last_session_takes_the_login_along(void **state)
{
	ck_session_handle_t other = open_session(0);

	(void)state;
	assert_rv(login(session, CKU_USER), CKR_OK);
	assert_rv(p11->C_CloseSession(session), CKR_OK);
	assert_int_equal(state_of(other), CKS_RO_USER_FUNCTIONS);
	assert_rv(p11->C_CloseSession(other), CKR_OK);
	session = open_session(0);
	assert_int_equal(state_of(session), CKS_RO_PUBLIC_SESSION);
	assert_rv(login(session, CKU_USER), CKR_OK);
	assert_rv(p11->C_CloseAllSessions(0), CKR_OK);
	session = open_session(0);
	assert_int_equal(state_of(session), CKS_RO_PUBLIC_SESSION);
}

static void a_login_is_with_one_chip(void **state)
{
	(void)state;
	assert_rv(login(session, CKU_USER), CKR_OK);
	fake_mount_remove();
	assert_rv(fake_sign(session, FAKE_KEY), CKR_DEVICE_REMOVED);
	assert_rv(login(session, CKU_USER), CKR_DEVICE_REMOVED);
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	assert_int_equal(state_of(session), CKS_RO_USER_FUNCTIONS);
	fake_mount_remove();
	fake_mount_make("0123ffffffffffffee", "yes");
	session = open_session(0);
	assert_int_equal(state_of(session), CKS_RO_PUBLIC_SESSION);
}

static void no_login_is_asked_for_and_the_key_works_either_way(void **state)
{
	struct ck_token_info info;

	(void)state;
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_int_equal(info.flags & CKF_LOGIN_REQUIRED, 0);
	assert_rv(fake_sign(session, FAKE_KEY), CKR_OK);
	assert_rv(login(session, CKU_USER), CKR_OK);
	assert_rv(fake_sign(session, FAKE_KEY), CKR_OK);
	assert_int_equal(fake_count(session), 4);
	assert_rv(p11->C_Logout(session), CKR_OK);
	assert_rv(fake_sign(session, FAKE_KEY), CKR_OK);
	assert_int_equal(fake_count(session), 4);
}

static void sessions_are_counted_and_run_out(void **state)
{
	struct ck_token_info info;
	ck_session_handle_t first = session;
	unsigned long opened = 1;
	ck_rv_t rv;

	(void)state;
	assert_rv(p11->C_OpenSession(0, 0, NULL, NULL, &session),
		  CKR_SESSION_PARALLEL_NOT_SUPPORTED);
	do {
		rv = p11->C_OpenSession(0, CKF_SERIAL_SESSION | CKF_RW_SESSION,
					NULL, NULL, &session);
		opened += rv == CKR_OK;
	} while (rv == CKR_OK);
	assert_rv(rv, CKR_SESSION_COUNT);
	assert_rv(p11->C_GetTokenInfo(0, &info), CKR_OK);
	assert_int_equal(info.max_session_count, opened);
	assert_int_equal(info.session_count, opened);
	assert_int_equal(info.rw_session_count, opened - 1);
	assert_rv(p11->C_CloseSession(first), CKR_OK);
	assert_rv(p11->C_CloseSession(first), CKR_SESSION_HANDLE_INVALID);
	assert_rv(
		p11->C_OpenSession(0, CKF_SERIAL_SESSION, NULL, NULL, &session),
		CKR_OK);
	assert_int_not_equal(session, first);
	assert_rv(p11->C_CloseAllSessions(0), CKR_OK);
	assert_rv(p11->C_CloseSession(session), CKR_SESSION_HANDLE_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_open, fake_close)
	const struct CMUnitTest tests[] = {
		TEST(any_pin_or_none_is_let_in),
		TEST(the_security_officer_has_no_right_pin),
		TEST(other_users_are_refused),
		TEST(all_sessions_with_a_token_log_in_together),
		TEST(the_last_session_takes_the_login_along),
		TEST(a_login_is_with_one_chip),
		TEST(sessions_are_counted_and_run_out),
		TEST(no_login_is_asked_for_and_the_key_works_either_way),
	};

	return cmocka_run_group_tests(tests, fake_setup, fake_teardown);
}
