/* SPDX-License-Identifier: Apache-2.0 */
/* C_DeriveKey: the chip's ECDH secret as a key that lives in a session. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mechanism.h"
#include "session.h"
#include "slot.h"

#define PEER_SIZE    64
#define SECRET_SIZE  32
#define KEY_SIZE_MAX 1024

/* Above the handles of all token objects. */
#define FIRST_HANDLE 0x100

static ck_object_handle_t last_handle = FIRST_HANDLE;

static const struct {
	unsigned long kdf;
	const struct nettle_hash *hash;
} kdfs[] = {
	{ CKD_NULL, NULL },
	{ CKD_SHA1_KDF, &nettle_sha1 },
	{ CKD_SHA224_KDF, &nettle_sha224 },
	{ CKD_SHA256_KDF, &nettle_sha256 },
	{ CKD_SHA384_KDF, &nettle_sha384 },
	{ CKD_SHA512_KDF, &nettle_sha512 },
};

/* The attributes that a caller may give for the new key. The rest is fixed. */
static const struct {
	ck_attribute_type_t type;
	size_t size; /* 0: any */
} allowed[] = {
	{ CKA_CLASS, sizeof(ck_object_class_t) },
	{ CKA_KEY_TYPE, sizeof(ck_key_type_t) },
	{ CKA_VALUE_LEN, sizeof(unsigned long) },
	{ CKA_LABEL, 0 },
	{ CKA_ID, 0 },
	{ CKA_TOKEN, 1 },
	{ CKA_PRIVATE, 1 },
	{ CKA_MODIFIABLE, 1 },
	{ CKA_SENSITIVE, 1 },
	{ CKA_EXTRACTABLE, 1 },
	{ CKA_ENCRYPT, 1 },
	{ CKA_DECRYPT, 1 },
	{ CKA_SIGN, 1 },
	{ CKA_VERIFY, 1 },
	{ CKA_WRAP, 1 },
	{ CKA_UNWRAP, 1 },
	{ CKA_DERIVE, 1 },
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

/* The arguments of C_DeriveKey. */
struct request {
	ck_slot_id_t slot;
	char key_path[KEY_PATH_SIZE];
	uint8_t peer[PEER_SIZE];
	const struct nettle_hash *hash; /* hash of the KDF; NULL: no KDF */
	const uint8_t *shared;		/* the caller's */
	size_t shared_len;
};

/* Both want an attribute that the object has. */
static unsigned long number(const struct object *object,
			    ck_attribute_type_t type)
{
	unsigned long n;

	memcpy(&n, object_attribute(object, type)->data, sizeof(n));
	return n;
}

static bool is_set(const struct object *object, ck_attribute_type_t type)
{
	return object_attribute(object, type)->data[0];
}

static ck_rv_t apply(struct object *object, const struct ck_attribute *a)
{
	size_t i = 0;

	while (i < LENGTH(allowed) && allowed[i].type != a->type)
		i++;
	if (i == LENGTH(allowed))
		return a->type == CKA_VALUE ? CKR_TEMPLATE_INCONSISTENT
					    : CKR_ATTRIBUTE_TYPE_INVALID;
	if ((!a->value && a->value_len) ||
	    (allowed[i].size && allowed[i].size != a->value_len))
		return CKR_ATTRIBUTE_VALUE_INVALID;
	object_set(object, a->type, a->value, a->value_len);
	return CKR_OK;
}

/* An AES key has 16, 24 or 32 bytes. Without a KDF there are at most 32. */
static ck_rv_t check(const struct object *object, const struct request *request)
{
	const size_t most = request->hash ? KEY_SIZE_MAX : SECRET_SIZE;
	unsigned long type = number(object, CKA_KEY_TYPE);
	unsigned long len = number(object, CKA_VALUE_LEN);

	if (number(object, CKA_CLASS) != CKO_SECRET_KEY ||
	    (type != CKK_GENERIC_SECRET && type != CKK_AES))
		return CKR_TEMPLATE_INCONSISTENT;
	if (is_set(object, CKA_TOKEN))
		return CKR_TOKEN_WRITE_PROTECTED;
	if (len == 0 || len > most ||
	    (type == CKK_AES && len != 16 && len != 24 && len != 32))
		return CKR_KEY_SIZE_RANGE;
	return CKR_OK;
}

/* Sets all attributes except the value. */
static ck_rv_t describe(struct object *object, const struct ck_attribute *templ,
			unsigned long count)
{
	struct flag_attribute history[] = { { CKA_ALWAYS_SENSITIVE, false },
					    { CKA_NEVER_EXTRACTABLE, false } };
	ck_rv_t rv;

	object_set_number(object, CKA_CLASS, CKO_SECRET_KEY);
	object_set_number(object, CKA_KEY_TYPE, CKK_GENERIC_SECRET);
	object_set_number(object, CKA_VALUE_LEN, SECRET_SIZE);
	object_set_flags(object, defaults, LENGTH(defaults));
	for (unsigned long i = 0; i < count; i++) {
		rv = apply(object, &templ[i]);
		if (rv != CKR_OK)
			return rv;
	}
	if (object->err)
		return CKR_HOST_MEMORY;
	/*
	 * The private key has always been sensitive, so the derived key
	 * inherits it.
	 */
	history[0].on = is_set(object, CKA_SENSITIVE);
	history[1].on = !is_set(object, CKA_EXTRACTABLE);
	object->secret = history[0].on || history[1].on;
	object_set_flags(object, history, LENGTH(history));
	return CKR_OK;
}

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
static ck_rv_t take_parameters(struct request *request,
			       const struct ck_mechanism *mechanism)
{
	struct ck_ecdh1_derive_params params;
	size_t i = 0;

	if (!mechanism->parameter || mechanism->parameter_len != sizeof(params))
		return CKR_MECHANISM_PARAM_INVALID;
	memcpy(&params, mechanism->parameter, sizeof(params));
	while (i < LENGTH(kdfs) && kdfs[i].kdf != params.kdf)
		i++;
	if (i == LENGTH(kdfs) ||
	    (params.shared_data_len && (!kdfs[i].hash || !params.shared_data)))
		return CKR_MECHANISM_PARAM_INVALID;
	request->hash = kdfs[i].hash;
	request->shared = params.shared_data;
	request->shared_len = params.shared_data_len;
	return take_peer(request, params.public_data, params.public_data_len);
}

/*
 * Sets `len` bytes of `key`, by ANSI X9.63 (SEC 1, 3.6.1): each block is
 * Hash(secret || counter || shared), the counter big-endian.
 */
static void stretch(const struct request *request,
		    const uint8_t secret[SECRET_SIZE], uint8_t *key, size_t len)
{
	const struct nettle_hash *hash = request->hash;
	uint8_t counter[4] = { 0 };
	union hash_context context;
	size_t part;

	for (; len > 0; key += part, len -= part) {
		/* KEY_SIZE_MAX bytes are less than 256 blocks. */
		counter[3]++;
		hash->init(&context);
		hash->update(&context, SECRET_SIZE, secret);
		hash->update(&context, sizeof(counter), counter);
		hash->update(&context, request->shared_len, request->shared);
		part = len < hash->digest_size ? len : hash->digest_size;
		hash->digest(&context, part, key);
	}
	explicit_bzero(&context, sizeof(context));
}

/* Without a KDF, leading bytes of the secret are dropped. */
static void set_value(struct object *object, const struct request *request,
		      const uint8_t secret[SECRET_SIZE])
{
	size_t len = number(object, CKA_VALUE_LEN);
	uint8_t key[KEY_SIZE_MAX];

	if (request->hash)
		stretch(request, secret, key, len);
	else
		memcpy(key, secret + SECRET_SIZE - len, len);
	object_set(object, CKA_VALUE, key, len);
	explicit_bzero(key, sizeof(key));
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
	if (rv == CKR_OK)
		set_value(object, request, secret);
	explicit_bzero(secret, sizeof(secret));
	/* The point is not on the curve. */
	if (rv == CKR_DATA_INVALID)
		return CKR_MECHANISM_PARAM_INVALID;
	return rv == CKR_OK && object->err ? CKR_HOST_MEMORY : rv;
}

static ck_rv_t keep(ck_session_handle_t session, struct object *made,
		    ck_object_handle_t *key)
{
	SESSION_LOCAL(s);
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	made->handle = ++last_handle;
	made->next = s->keys;
	s->keys = made;
	*key = made->handle;
	return CKR_OK;
}

/* Completes `made`, which is in no session yet. */
static ck_rv_t fill(struct object *made, const struct request *request,
		    const struct ck_attribute *templ, unsigned long count)
{
	ck_rv_t rv = describe(made, templ, count);

	if (rv == CKR_OK)
		rv = check(made, request);
	return rv == CKR_OK ? derive(request, made) : rv;
}

ck_rv_t C_DeriveKey(ck_session_handle_t session, struct ck_mechanism *mechanism,
		    ck_object_handle_t base_key, struct ck_attribute *templ,
		    unsigned long count, ck_object_handle_t *key)
{
	SESSION_LOCAL(s);
	struct request request = { 0 };
	const struct object *base;
	struct object *made;
	ck_rv_t rv = session_enter(session, &s);

	if (rv != CKR_OK)
		return rv;
	if (!mechanism || !key || (!templ && count))
		return CKR_ARGUMENTS_BAD;
	if (!mechanism_find(mechanism->mechanism, CKF_DERIVE))
		return CKR_MECHANISM_INVALID;
	rv = session_private_key(s, base_key, &base);
	if (rv == CKR_OK)
		rv = take_parameters(&request, mechanism);
	if (rv != CKR_OK)
		return rv;
	request.slot = s->slot->id;
	memcpy(request.key_path, base->key_path, KEY_PATH_SIZE);
	session_leave(&s);
	made = calloc(1, sizeof(*made));
	if (!made)
		return CKR_HOST_MEMORY;
	rv = fill(made, &request, templ, count);
	if (rv == CKR_OK)
		rv = keep(session, made, key);
	if (rv != CKR_OK)
		objects_free(made);
	return rv;
}
