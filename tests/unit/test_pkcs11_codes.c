/* SPDX-License-Identifier: Apache-2.0 */
/* What each function of the module returns when it is called out of turn. */
#include "fake_mount.h"

#define NO_SLOT	   99
#define NO_SESSION 0xabcdef
#define NO_OBJECT  0x7777

static unsigned char data[32], out[64];
static unsigned long out_len, count;
static unsigned long number;
static ck_object_handle_t handle;

/* C_Name(session, ...) as a function of the session alone. */
#define CALL(name, ...)                                   \
	static ck_rv_t call_##name(ck_session_handle_t s) \
	{                                                 \
		out_len = sizeof(out);                    \
		return p11->C_##name(s, ##__VA_ARGS__);   \
	}
/* The same of what only v3.0 and later have. */
#define CALL_3(name, ...)                                 \
	static ck_rv_t call_##name(ck_session_handle_t s) \
	{                                                 \
		out_len = sizeof(out);                    \
		return p11_3->C_##name(s, ##__VA_ARGS__); \
	}
#define PARAMETER NULL, 0
#define IN	  data, sizeof(data)
#define OUT	  out, &out_len
#define MECH	  ((struct ck_mechanism *)NULL)

CALL(InitPIN, data, sizeof(data))
CALL(SetPIN, data, sizeof(data), data, sizeof(data))
CALL(CloseSession)
CALL(GetSessionInfo, NULL)
CALL(GetOperationState, out, &out_len)
CALL(SetOperationState, data, sizeof(data), 1, 1)
CALL(Login, CKU_USER, data, 4)
CALL(Logout)
CALL(CreateObject, NULL, 0, &handle)
CALL(CopyObject, NO_OBJECT, NULL, 0, &handle)
CALL(DestroyObject, NO_OBJECT)
CALL(GetObjectSize, NO_OBJECT, &number)
CALL(GetAttributeValue, NO_OBJECT, NULL, 0)
CALL(SetAttributeValue, NO_OBJECT, NULL, 0)
CALL(FindObjectsInit, NULL, 1)
CALL(FindObjects, &handle, 1, &count)
CALL(FindObjectsFinal)
CALL(EncryptInit, MECH, 1)
CALL(Encrypt, data, sizeof(data), out, &out_len)
CALL(EncryptUpdate, data, sizeof(data), out, &out_len)
CALL(EncryptFinal, out, &out_len)
CALL(DecryptInit, MECH, 1)
CALL(Decrypt, data, sizeof(data), out, &out_len)
CALL(DecryptUpdate, data, sizeof(data), out, &out_len)
CALL(DecryptFinal, out, &out_len)
CALL(DigestInit, MECH)
CALL(Digest, data, sizeof(data), out, &out_len)
CALL(DigestUpdate, data, sizeof(data))
CALL(DigestKey, 1)
CALL(DigestFinal, out, &out_len)
CALL(SignInit, MECH, 1)
CALL(Sign, data, sizeof(data), out, &out_len)
CALL(SignUpdate, data, sizeof(data))
CALL(SignFinal, out, &out_len)
CALL(SignRecoverInit, MECH, 1)
CALL(SignRecover, data, sizeof(data), out, &out_len)
CALL(VerifyInit, MECH, 1)
CALL(Verify, data, sizeof(data), out, sizeof(out))
CALL(VerifyUpdate, data, sizeof(data))
CALL(VerifyFinal, out, sizeof(out))
CALL(VerifyRecoverInit, MECH, 1)
CALL(VerifyRecover, data, sizeof(data), out, &out_len)
CALL(DigestEncryptUpdate, data, sizeof(data), out, &out_len)
CALL(DecryptDigestUpdate, data, sizeof(data), out, &out_len)
CALL(SignEncryptUpdate, data, sizeof(data), out, &out_len)
CALL(DecryptVerifyUpdate, data, sizeof(data), out, &out_len)
CALL(GenerateKey, MECH, NULL, 0, &handle)
CALL(GenerateKeyPair, MECH, NULL, 0, NULL, 0, &handle, &handle)
CALL(WrapKey, MECH, 1, 1, out, &out_len)
CALL(UnwrapKey, MECH, 1, data, sizeof(data), NULL, 0, &handle)
CALL(DeriveKey, MECH, 1, NULL, 0, &handle)
CALL(SeedRandom, data, sizeof(data))
CALL(GenerateRandom, NULL, 1)
CALL(GetFunctionStatus)
CALL(CancelFunction)
CALL_3(LoginUser, CKU_USER, NULL, 0, NULL, 0)
CALL_3(SessionCancel, CKF_SIGN | CKF_FIND_OBJECTS)
CALL_3(MessageEncryptInit, MECH, 1)
CALL_3(EncryptMessage, PARAMETER, IN, IN, OUT)
CALL_3(EncryptMessageBegin, PARAMETER, IN)
CALL_3(EncryptMessageNext, PARAMETER, IN, OUT, 0)
CALL_3(MessageEncryptFinal)
CALL_3(MessageDecryptInit, MECH, 1)
CALL_3(DecryptMessage, PARAMETER, IN, IN, OUT)
CALL_3(DecryptMessageBegin, PARAMETER, IN)
CALL_3(DecryptMessageNext, PARAMETER, IN, OUT, 0)
CALL_3(MessageDecryptFinal)
CALL_3(MessageSignInit, MECH, 1)
CALL_3(SignMessage, PARAMETER, IN, OUT)
CALL_3(SignMessageBegin, PARAMETER)
CALL_3(SignMessageNext, PARAMETER, IN, OUT)
CALL_3(MessageSignFinal)
CALL_3(MessageVerifyInit, MECH, 1)
CALL_3(VerifyMessage, PARAMETER, IN, IN)
CALL_3(VerifyMessageBegin, PARAMETER)
CALL_3(VerifyMessageNext, PARAMETER, IN, IN)
CALL_3(MessageVerifyFinal)

#define ROW(name, rv)                  \
	{                              \
#name, call_##name, rv \
	}
static const struct {
	const char *name;
	ck_rv_t (*call)(ck_session_handle_t session);
	ck_rv_t rv; /* with a good session and arguments that are not */
} session_calls[] = {
	ROW(InitPIN, CKR_TOKEN_WRITE_PROTECTED),
	ROW(SetPIN, CKR_TOKEN_WRITE_PROTECTED),
	ROW(GetSessionInfo, CKR_ARGUMENTS_BAD),
	ROW(GetOperationState, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(SetOperationState, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(Logout, CKR_USER_NOT_LOGGED_IN),
	ROW(Login, CKR_OK),
	ROW(CreateObject, CKR_TOKEN_WRITE_PROTECTED),
	ROW(CopyObject, CKR_OBJECT_HANDLE_INVALID),
	ROW(DestroyObject, CKR_OBJECT_HANDLE_INVALID),
	ROW(GetObjectSize, CKR_OBJECT_HANDLE_INVALID),
	ROW(GetAttributeValue, CKR_OBJECT_HANDLE_INVALID),
	ROW(SetAttributeValue, CKR_OBJECT_HANDLE_INVALID),
	ROW(FindObjectsInit, CKR_ARGUMENTS_BAD),
	ROW(FindObjects, CKR_OPERATION_NOT_INITIALIZED),
	ROW(FindObjectsFinal, CKR_OPERATION_NOT_INITIALIZED),
	ROW(EncryptInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(Encrypt, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(EncryptUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(EncryptFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(Decrypt, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DigestInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(Digest, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DigestUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DigestKey, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DigestFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(SignInit, CKR_ARGUMENTS_BAD),
	ROW(Sign, CKR_OPERATION_NOT_INITIALIZED),
	ROW(SignUpdate, CKR_OPERATION_NOT_INITIALIZED),
	ROW(SignFinal, CKR_OPERATION_NOT_INITIALIZED),
	ROW(SignRecoverInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(SignRecover, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(Verify, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyRecoverInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyRecover, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DigestEncryptUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptDigestUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(SignEncryptUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptVerifyUpdate, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(GenerateKey, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(GenerateKeyPair, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(WrapKey, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(UnwrapKey, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DeriveKey, CKR_ARGUMENTS_BAD),
	ROW(SeedRandom, CKR_RANDOM_SEED_NOT_SUPPORTED),
	ROW(GenerateRandom, CKR_ARGUMENTS_BAD),
	ROW(GetFunctionStatus, CKR_FUNCTION_NOT_PARALLEL),
	ROW(CancelFunction, CKR_FUNCTION_NOT_PARALLEL),
	ROW(LoginUser, CKR_USER_ALREADY_LOGGED_IN),
	ROW(SessionCancel, CKR_OK),
	ROW(MessageEncryptInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(EncryptMessage, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(EncryptMessageBegin, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(EncryptMessageNext, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(MessageEncryptFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(MessageDecryptInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptMessage, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptMessageBegin, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(DecryptMessageNext, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(MessageDecryptFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(MessageSignInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(SignMessage, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(SignMessageBegin, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(SignMessageNext, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(MessageSignFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(MessageVerifyInit, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyMessage, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyMessageBegin, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(VerifyMessageNext, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(MessageVerifyFinal, CKR_FUNCTION_NOT_SUPPORTED),
	ROW(CloseSession, CKR_OK),
};

/* C_Name(slot, ...) as a function of the slot alone. */
CALL(GetSlotInfo, NULL)
CALL(GetTokenInfo, NULL)
CALL(GetMechanismList, NULL, NULL)
CALL(GetMechanismInfo, CKM_ECDSA, NULL)
CALL(InitToken, data, 4, data)
CALL(CloseAllSessions)
CALL(OpenSession, 0, NULL, NULL, NULL)

static const struct {
	const char *name;
	ck_rv_t (*call)(ck_slot_id_t slot);
	ck_rv_t rv;	  /* with arguments that are not good */
	ck_rv_t no_token; /* with a slot that has no token */
} slot_calls[] = {
	{ "GetSlotInfo", call_GetSlotInfo, CKR_ARGUMENTS_BAD,
	  CKR_ARGUMENTS_BAD },
	{ "GetTokenInfo", call_GetTokenInfo, CKR_ARGUMENTS_BAD,
	  CKR_TOKEN_NOT_PRESENT },
	{ "GetMechanismList", call_GetMechanismList, CKR_ARGUMENTS_BAD,
	  CKR_TOKEN_NOT_PRESENT },
	{ "GetMechanismInfo", call_GetMechanismInfo, CKR_ARGUMENTS_BAD,
	  CKR_TOKEN_NOT_PRESENT },
	{ "InitToken", call_InitToken, CKR_TOKEN_WRITE_PROTECTED,
	  CKR_TOKEN_NOT_PRESENT },
	{ "OpenSession", call_OpenSession, CKR_ARGUMENTS_BAD,
	  CKR_TOKEN_NOT_PRESENT },
	{ "CloseAllSessions", call_CloseAllSessions, CKR_OK, CKR_OK },
};

static void expect(const char *name, ck_rv_t got, ck_rv_t want)
{
	if (got != want)
		fail_msg("C_%s returned %#lx instead of %#lx", name, got, want);
}

static void nothing_works_before_initialize(void **state)
{
	struct ck_info info;

	(void)state;
	for (size_t i = 0; i < LENGTH(session_calls); i++)
		expect(session_calls[i].name, session_calls[i].call(1),
		       CKR_CRYPTOKI_NOT_INITIALIZED);
	for (size_t i = 0; i < LENGTH(slot_calls); i++)
		expect(slot_calls[i].name, slot_calls[i].call(0),
		       CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(p11->C_GetInfo(&info), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(p11->C_GetSlotList(0, NULL, &count),
		  CKR_CRYPTOKI_NOT_INITIALIZED);
	assert_rv(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &number, NULL),
		  CKR_CRYPTOKI_NOT_INITIALIZED);
	golden_count("functions that refuse before C_Initialize",
		     LENGTH(session_calls) + LENGTH(slot_calls) + 4);
}

static void unknown_sessions_are_refused(void **state)
{
	(void)state;
	fake_session();
	for (size_t i = 0; i < LENGTH(session_calls); i++)
		expect(session_calls[i].name, session_calls[i].call(NO_SESSION),
		       CKR_SESSION_HANDLE_INVALID);
	golden_count("functions that refuse an unknown session",
		     LENGTH(session_calls));
	fake_end();
}

static void each_function_says_what_is_wrong(void **state)
{
	ck_session_handle_t own;

	(void)state;
	own = fake_session();
	for (size_t i = 0; i < LENGTH(session_calls); i++)
		expect(session_calls[i].name, session_calls[i].call(own),
		       session_calls[i].rv);
	fake_end();
}

static void slots_without_a_token_say_so(void **state)
{
	(void)state;
	fake_session();
	for (size_t i = 0; i < LENGTH(slot_calls); i++) {
		expect(slot_calls[i].name, slot_calls[i].call(NO_SLOT),
		       CKR_SLOT_ID_INVALID);
		expect(slot_calls[i].name, slot_calls[i].call(1),
		       slot_calls[i].no_token);
		expect(slot_calls[i].name, slot_calls[i].call(0),
		       slot_calls[i].rv);
	}
	fake_end();
}

static ck_rv_t no_mutex(void **mutex)
{
	*mutex = NULL;
	return CKR_OK;
}

static ck_rv_t no_lock(void *mutex)
{
	return mutex ? CKR_MUTEX_BAD : CKR_OK;
}

static void initialize_checks_its_arguments(void **state)
{
	char reserved[] = "mount=/nowhere";
	struct ck_c_initialize_args args = { 0 };

	(void)state;
	args.create_mutex = no_mutex;
	assert_rv(p11->C_Initialize(&args), CKR_ARGUMENTS_BAD);
	args.destroy_mutex = no_lock;
	args.lock_mutex = no_lock;
	args.unlock_mutex = no_lock;
	assert_rv(p11->C_Initialize(&args), CKR_CANT_LOCK);
	args.flags = CKF_OS_LOCKING_OK;
	args.reserved = reserved;
	assert_rv(p11->C_Initialize(&args), CKR_ARGUMENTS_BAD);
	args.reserved = NULL;
	assert_rv(p11->C_Initialize(&args), CKR_OK);
	assert_rv(p11->C_Initialize(&args), CKR_CRYPTOKI_ALREADY_INITIALIZED);
	assert_rv(p11->C_Finalize(reserved), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_Finalize(NULL), CKR_OK);
}

static void lists_tell_their_length_first(void **state)
{
	unsigned long list[8], n;

	(void)state;
	fake_session();
	n = 0;
	assert_rv(p11->C_GetSlotList(0, NULL, NULL), CKR_ARGUMENTS_BAD);
	assert_rv(p11->C_GetSlotList(0, NULL, &n), CKR_OK);
	assert_int_equal(n, 2);
	n = 1;
	assert_rv(p11->C_GetSlotList(0, list, &n), CKR_BUFFER_TOO_SMALL);
	assert_int_equal(n, 2);
	assert_rv(p11->C_GetSlotList(1, list, &n), CKR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(list[0], 0);
	assert_rv(p11->C_GetMechanismList(0, NULL, &n), CKR_OK);
	assert_int_equal(n, 8);
	n = 7;
	assert_rv(p11->C_GetMechanismList(0, list, &n), CKR_BUFFER_TOO_SMALL);
	assert_rv(p11->C_GetMechanismList(0, list, &n), CKR_OK);
	assert_int_equal(list[0], CKM_ECDSA);
	fake_end();
}

static int setup(void **state)
{
	if (fake_setup(state) < 0)
		return -1;
	fake_mount_make(FAKE_CHIP_SERIAL, "yes");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_works_before_initialize),
		cmocka_unit_test(unknown_sessions_are_refused),
		cmocka_unit_test(each_function_says_what_is_wrong),
		cmocka_unit_test(slots_without_a_token_say_so),
		cmocka_unit_test(initialize_checks_its_arguments),
		cmocka_unit_test(lists_tell_their_length_first),
	};

	return cmocka_run_group_tests(tests, setup, fake_teardown);
}
