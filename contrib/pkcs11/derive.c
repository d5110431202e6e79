/* SPDX-License-Identifier: Apache-2.0 */
/* C_DeriveKey: the chip's ECDH secret as a key that lives in a session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kdf.h"
#include "mechanism.h"
#include "module.h"
#include "session.h"
#include "slot.h"

#define PEER_SIZE    64
#define SECRET_SIZE  32
#define KEY_SIZE_MAX 1024

/* Above the handles of all token objects. */
#define FIRST_HANDLE 0x100

static ck_object_handle_t last_handle = FIRST_HANDLE;

/* The attributes that a caller may give for the new key. The rest is fixed. */
enum rule { RULE_KEEP, RULE_CLASS, RULE_TYPE, RULE_LENGTH, RULE_FALSE };

static const struct {
	ck_attribute_type_t type;
	enum rule rule;
	size_t size; /* 0: any */
} rules[] = {
	{ CKA_CLASS, RULE_CLASS, sizeof(ck_object_class_t) },
	{ CKA_KEY_TYPE, RULE_TYPE, sizeof(ck_key_type_t) },
	{ CKA_VALUE_LEN, RULE_LENGTH, sizeof(unsigned long) },
	{ CKA_TOKEN, RULE_FALSE, 1 },
	{ CKA_PRIVATE, RULE_KEEP, 1 },
	{ CKA_MODIFIABLE, RULE_KEEP, 1 },
	{ CKA_LABEL, RULE_KEEP, 0 },
	{ CKA_ID, RULE_KEEP, 0 },
	{ CKA_SENSITIVE, RULE_KEEP, 1 },
	{ CKA_EXTRACTABLE, RULE_KEEP, 1 },
	{ CKA_ENCRYPT, RULE_KEEP, 1 },
	{ CKA_DECRYPT, RULE_KEEP, 1 },
	{ CKA_SIGN, RULE_KEEP, 1 },
	{ CKA_VERIFY, RULE_KEEP, 1 },
	{ CKA_WRAP, RULE_KEEP, 1 },
	{ CKA_UNWRAP, RULE_KEEP, 1 },
	{ CKA_DERIVE, RULE_KEEP, 1 },
};

/*
 * Defaults make the key readable, like the file `ecdh`. Java's KeyAgreement
 * sets no attributes and reads the key.
 */
static const struct flag_attribute defaults[] = {
	{ CKA_TOKEN, false },	  { CKA_PRIVATE, false },
	{ CKA_SENSITIVE, false }, { CKA_EXTRACTABLE, true },
	{ CKA_LOCAL, false },	  { CKA_MODIFIABLE, false },
	{ CKA_COPYABLE, false },  { CKA_DESTROYABLE, true },
};

static unsigned long number(const void *value)
{
	unsigned long n;

	memcpy(&n, value, sizeof(n));
	return n;
}

static bool is_set(const struct object *object, ck_attribute_type_t type)
{
	const struct bytes *value = object_attribute(object, type);

	return value && value->len == 1 && value->data[0];
}

static ck_rv_t apply_rule(enum rule rule, const struct ck_attribute *a)
{
	switch (rule) {
	case RULE_CLASS:
		return number(a->value) == CKO_SECRET_KEY
			       ? CKR_OK
			       : CKR_TEMPLATE_INCONSISTENT;
	case RULE_TYPE:
		return number(a->value) == CKK_GENERIC_SECRET ||
				       number(a->value) == CKK_AES
			       ? CKR_OK
			       : CKR_TEMPLATE_INCONSISTENT;
	case RULE_LENGTH:
		return number(a->value) >= 1 && number(a->value) <= KEY_SIZE_MAX
			       ? CKR_OK
			       : CKR_KEY_SIZE_RANGE;
	case RULE_FALSE:
		return *(const unsigned char *)a->value
			       ? CKR_TOKEN_WRITE_PROTECTED
			       : CKR_OK;
	default:
		return CKR_OK;
	}
}

static ck_rv_t apply(struct object *object, const struct ck_attribute *a)
{
	ck_rv_t rv;

	for (size_t i = 0; i < LENGTH(rules); i++) {
		if (rules[i].type != a->type)
			continue;
		if ((!a->value && a->value_len) ||
		    (rules[i].size && rules[i].size != a->value_len))
			return CKR_ATTRIBUTE_VALUE_INVALID;
		rv = apply_rule(rules[i].rule, a);
		if (rv == CKR_OK)
			object_set(object, a->type, a->value, a->value_len);
		return rv;
	}
	return a->type == CKA_VALUE ? CKR_TEMPLATE_INCONSISTENT
				    : CKR_ATTRIBUTE_TYPE_INVALID;
}

/* Sets all attributes except the value. */
static ck_rv_t describe(struct object *object, const struct ck_attribute *templ,
			unsigned long count)
{
	bool sensitive, extractable;
	ck_rv_t rv = CKR_OK;

	object_set_number(object, CKA_CLASS, CKO_SECRET_KEY);
	object_set_number(object, CKA_KEY_TYPE, CKK_GENERIC_SECRET);
	object_set_number(object, CKA_VALUE_LEN, SECRET_SIZE);
	object_set_flags(object, defaults, LENGTH(defaults));
	for (unsigned long i = 0; i < count && rv == CKR_OK; i++)
		rv = apply(object, &templ[i]);
	if (rv != CKR_OK)
		return rv;
	sensitive = is_set(object, CKA_SENSITIVE);
	extractable = is_set(object, CKA_EXTRACTABLE);
	object->secret = sensitive || !extractable;
	/*
	 * The private key has always been sensitive, so the derived key
	 * inherits it.
	 */
	object_set_flag(object, CKA_ALWAYS_SENSITIVE, sensitive);
	object_set_flag(object, CKA_NEVER_EXTRACTABLE, !extractable);
	return object->err ? CKR_HOST_MEMORY : CKR_OK;
}

/* The arguments of C_DeriveKey. */
struct request {
	ck_slot_id_t slot;
	char key_path[KEY_PATH_SIZE];
	uint8_t peer[PEER_SIZE];
	const struct nettle_hash *hash; /* hash of the KDF; NULL: no KDF */
	const uint8_t *shared;		/* the caller's */
	size_t shared_len;
};

/* The peer's point, plain or as a DER OCTET STRING (v2.40, 6.3.10). */
static ck_rv_t take_peer(struct request *request, const uint8_t *point,
			 size_t len)
{
	static const uint8_t octets[] = { 0x04, 1 + PEER_SIZE };

	if (!point)
		return CKR_MECHANISM_PARAM_INVALID;
	if (len == sizeof(octets) + 1 + PEER_SIZE &&
	    memcmp(point, octets, sizeof(octets)) == 0) {
		point += sizeof(octets);
		len -= sizeof(octets);
	}
	if (len != 1 + PEER_SIZE || point[0] != 0x04)
		return CKR_MECHANISM_PARAM_INVALID;
	memcpy(request->peer, point + 1, PEER_SIZE);
	return CKR_OK;
}

/* Without a KDF, shared data has no use and is refused. */
static ck_rv_t take_kdf(struct request *request,
			const struct ck_ecdh1_derive_params *params)
{
	request->hash = kdf_hash(params->kdf);
	request->shared = params->shared_data;
	request->shared_len = params->shared_data_len;
	if (!request->hash && (params->kdf != CKD_NULL || request->shared_len))
		return CKR_MECHANISM_PARAM_INVALID;
	if (request->shared_len && !request->shared)
		return CKR_MECHANISM_PARAM_INVALID;
	return CKR_OK;
}

static ck_rv_t take_parameters(struct request *request,
			       const struct ck_mechanism *mechanism)
{
	struct ck_ecdh1_derive_params params;
	ck_rv_t rv;

	if (!mechanism->parameter || mechanism->parameter_len != sizeof(params))
		return CKR_MECHANISM_PARAM_INVALID;
	memcpy(&params, mechanism->parameter, sizeof(params));
	rv = take_kdf(request, &params);
	if (rv == CKR_OK)
		rv = take_peer(request, params.public_data,
			       params.public_data_len);
	return rv;
}

static ck_rv_t take_key(struct request *request, ck_session_handle_t session,
			ck_object_handle_t handle)
{
	const struct object *key;
	struct session *s;
	struct slot *slot;
	ck_rv_t rv;

	rv = session_enter(session, &s, &slot);
	if (rv != CKR_OK)
		return rv;
	request->slot = s->slot_id;
	rv = session_private_key(s, slot, handle, &key);
	if (rv == CKR_OK)
		memcpy(request->key_path, key->key_path,
		       sizeof(request->key_path));
	module_leave();
	return rv;
}

/* An AES key has 16, 24 or 32 bytes. Without a KDF there are at most 32. */
static ck_rv_t check_size(const struct object *object,
			  const struct request *request)
{
	unsigned long type, len;

	type = number(object_attribute(object, CKA_KEY_TYPE)->data);
	len = number(object_attribute(object, CKA_VALUE_LEN)->data);
	if (!request->hash && len > SECRET_SIZE)
		return CKR_KEY_SIZE_RANGE;
	if (type == CKK_AES && len != 16 && len != 24 && len != 32)
		return CKR_KEY_SIZE_RANGE;
	return CKR_OK;
}

/* Without a KDF, leading bytes of the secret are dropped. */
static ck_rv_t set_value(struct object *object, const struct request *request,
			 const uint8_t secret[SECRET_SIZE])
{
	const struct kdf_input input = { secret, SECRET_SIZE, request->shared,
					 request->shared_len };
	size_t len = number(object_attribute(object, CKA_VALUE_LEN)->data);
	uint8_t key[KEY_SIZE_MAX];

	if (request->hash)
		kdf_x963(request->hash, &input, key, len);
	else
		memcpy(key, secret + SECRET_SIZE - len, len);
	object_set(object, CKA_VALUE, key, len);
	explicit_bzero(key, sizeof(key));
	return object->err ? CKR_HOST_MEMORY : CKR_OK;
}

static ck_rv_t keep(ck_session_handle_t session, struct secret_key *made,
		    ck_object_handle_t *key)
{
	struct session *s;
	ck_rv_t rv;

	rv = session_enter(session, &s, NULL);
	if (rv != CKR_OK)
		return rv;
	made->object.handle = ++last_handle;
	made->next = s->keys;
	s->keys = made;
	*key = made->object.handle;
	module_leave();
	return CKR_OK;
}

static ck_rv_t derive(const struct request *request, struct object *object)
{
	char name[KEY_PATH_SIZE + 8];
	uint8_t secret[SECRET_SIZE];
	const struct question question = { name, request->peer,
					   sizeof(request->peer), secret,
					   sizeof(secret) };
	ck_rv_t rv;

	snprintf(name, sizeof(name), "%secdh", request->key_path);
	rv = slot_ask(request->slot, &question);
	/* The point is not on the curve. */
	if (rv == CKR_DATA_INVALID)
		rv = CKR_MECHANISM_PARAM_INVALID;
	if (rv == CKR_OK)
		rv = set_value(object, request, secret);
	explicit_bzero(secret, sizeof(secret));
	return rv;
}

/* Sets `made` to the key. It is not in a session yet. */
static ck_rv_t make_key(const struct request *request,
			const struct ck_attribute *templ, unsigned long count,
			struct secret_key **made)
{
	struct secret_key *key = calloc(1, sizeof(*key));
	ck_rv_t rv;

	if (!key)
		return CKR_HOST_MEMORY;
	rv = describe(&key->object, templ, count);
	if (rv == CKR_OK)
		rv = check_size(&key->object, request);
	if (rv == CKR_OK)
		rv = derive(request, &key->object);
	if (rv == CKR_OK)
		*made = key;
	else
		secret_key_free(key);
	return rv;
}

ck_rv_t C_DeriveKey(ck_session_handle_t session, struct ck_mechanism *mechanism,
		    ck_object_handle_t base_key, struct ck_attribute *templ,
		    unsigned long count, ck_object_handle_t *key)
{
	struct request request = { 0 };
	struct secret_key *made;
	ck_rv_t rv;

	rv = session_refuse(session, CKR_OK);
	if (rv != CKR_OK)
		return rv;
	if (!mechanism || !key || (!templ && count))
		return CKR_ARGUMENTS_BAD;
	if (!mechanism_find(mechanism->mechanism, CKF_DERIVE))
		return CKR_MECHANISM_INVALID;
	rv = take_key(&request, session, base_key);
	if (rv == CKR_OK)
		rv = take_parameters(&request, mechanism);
	if (rv == CKR_OK)
		rv = make_key(&request, templ, count, &made);
	if (rv != CKR_OK)
		return rv;
	rv = keep(session, made, key);
	if (rv != CKR_OK)
		secret_key_free(made);
	return rv;
}
