/* SPDX-License-Identifier: Apache-2.0 */
#include "token_objects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha1.h>

#include "certificate_fields.h"
#include "mechanism.h"

/* An OBJECT IDENTIFIER: prime256v1. */
static const uint8_t p256_oid[] = { 0x06, 0x08, 0x2a, 0x86, 0x48,
				    0xce, 0x3d, 0x03, 0x01, 0x07 };

static const struct flag_attribute common_flags[] = {
	{ CKA_TOKEN, true },	    { CKA_PRIVATE, false },
	{ CKA_MODIFIABLE, false },  { CKA_COPYABLE, false },
	{ CKA_DESTROYABLE, false },
};

static const struct flag_attribute private_flags[] = {
	{ CKA_SENSITIVE, true },
	{ CKA_ALWAYS_SENSITIVE, true },
	{ CKA_EXTRACTABLE, false },
	{ CKA_NEVER_EXTRACTABLE, true },
	{ CKA_LOCAL, true },
	{ CKA_SIGN, true },
	{ CKA_DERIVE, true },
	{ CKA_SIGN_RECOVER, false },
	{ CKA_DECRYPT, false },
	{ CKA_UNWRAP, false },
	{ CKA_ALWAYS_AUTHENTICATE, false },
	{ CKA_WRAP_WITH_TRUSTED, false },
};

/* The token does not verify; anyone with the public key can. */
static const struct flag_attribute public_flags[] = {
	{ CKA_LOCAL, true },	{ CKA_VERIFY, false },
	{ CKA_DERIVE, false },	{ CKA_VERIFY_RECOVER, false },
	{ CKA_ENCRYPT, false }, { CKA_WRAP, false },
	{ CKA_TRUSTED, false },
};

static const struct flag_attribute certificate_flags[] = {
	{ CKA_TRUSTED, false },
};

/* Appends an object to the token. NULL: token->err has the error. */
static struct object *add_object(struct token *token, ck_object_handle_t handle,
				 ck_object_class_t class, const char *label)
{
	struct object *object = calloc(1, sizeof(*object));
	struct object **end = &token->objects;

	if (!object) {
		token->err = -ENOMEM;
		return NULL;
	}
	while (*end)
		end = &(*end)->next;
	*end = object;
	object->handle = handle;
	object_set_number(object, CKA_CLASS, class);
	object_set(object, CKA_LABEL, label, strlen(label));
	object_set(object, CKA_START_DATE, NULL, 0);
	object_set(object, CKA_END_DATE, NULL, 0);
	object_set_flags(object, common_flags, LENGTH(common_flags));
	return object;
}

/* Sets the first `size` bytes of the SHA-1 of `data`. */
static void set_sha1(struct object *object, ck_attribute_type_t type,
		     struct der_view data, size_t size)
{
	uint8_t digest[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha1;

	sha1_init(&sha1);
	sha1_update(&sha1, data.len, data.data);
	sha1_digest(&sha1, size, digest);
	object_set(object, type, digest, size);
}

/*
 * The key identifier of RFC 5280, 4.2.1.2 (1). It links a key to its
 * certificates.
 */
static void set_id(struct object *object, struct der_view point)
{
	set_sha1(object, CKA_ID, point, SHA1_DIGEST_SIZE);
}

static void set_span(struct object *object, ck_attribute_type_t type,
		     struct der_view span)
{
	object_set(object, type, span.data, span.len);
}

void token_add_certificate(struct token *token, ck_object_handle_t handle,
			   const char *label, unsigned long category,
			   const struct bytes *der)
{
	struct certificate_fields fields;
	struct object *object;

	if (certificate_fields(der, &fields) < 0)
		return;
	object = add_object(token, handle, CKO_CERTIFICATE, label);
	if (!object)
		return;
	object_set_flags(object, certificate_flags, LENGTH(certificate_flags));
	object_set_number(object, CKA_CERTIFICATE_TYPE, CKC_X_509);
	object_set_number(object, CKA_CERTIFICATE_CATEGORY, category);
	object_set(object, CKA_VALUE, der->data, der->len);
	set_id(object, fields.point);
	/* v2.40, 4.6.1 */
	set_sha1(object, CKA_CHECK_VALUE,
		 (struct der_view){ der->data, der->len }, 3);
	set_span(object, CKA_SERIAL_NUMBER, fields.serial);
	set_span(object, CKA_ISSUER, fields.issuer);
	set_span(object, CKA_SUBJECT, fields.subject);
	set_span(object, CKA_PUBLIC_KEY_INFO, fields.public_key);
}

/* Appends a private or a public key. NULL: token->err has the error. */
static struct object *add_key(struct token *token, ck_object_handle_t handle,
			      ck_object_class_t class, const char *label,
			      const struct bytes *spki)
{
	struct object *object = add_object(token, handle, class, label);

	if (!object)
		return NULL;
	object_set_number(object, CKA_KEY_TYPE, CKK_EC);
	object_set_number(object, CKA_KEY_GEN_MECHANISM,
			  CKM_ECDSA_KEY_PAIR_GEN);
	object_set(object, CKA_EC_PARAMS, p256_oid, sizeof(p256_oid));
	object_set(object, CKA_PUBLIC_KEY_INFO, spki->data, spki->len);
	object_set(object, CKA_SUBJECT, NULL, 0);
	set_id(object, (struct der_view){ p256_point(spki), P256_POINT_SIZE });
	return object;
}

/* Whether a key of the token has this public key. */
static bool has_key(const struct token *token, const struct bytes *spki)
{
	const struct bytes *own;

	for (const struct object *o = token->objects; o; o = o->next) {
		own = object_attribute(o, CKA_PUBLIC_KEY_INFO);
		if (o->is_private_key && own && bytes_equal(own, spki))
			return true;
	}
	return false;
}

void token_add_pair(struct token *token, ck_object_handle_t handle,
		    const char *label, const char *path,
		    const struct bytes *spki)
{
	uint8_t octets[2 + P256_POINT_SIZE] = { 0x04, P256_POINT_SIZE };
	const uint8_t *point = p256_point(spki);
	struct object *object;

	if (!point || has_key(token, spki))
		return;
	object = add_key(token, handle, CKO_PRIVATE_KEY, label, spki);
	if (object) {
		object->is_private_key = true;
		object->secret = true;
		snprintf(object->key_path, sizeof(object->key_path), "%s",
			 path);
		object_set_flags(object, private_flags, LENGTH(private_flags));
		object_set(object, CKA_ALLOWED_MECHANISMS, mechanism_types,
			   sizeof(mechanism_types));
	}
	object = add_key(token, handle + 1, CKO_PUBLIC_KEY, label, spki);
	if (object) {
		memcpy(octets + 2, point, P256_POINT_SIZE);
		object_set_flags(object, public_flags, LENGTH(public_flags));
		object_set(object, CKA_EC_POINT, octets, sizeof(octets));
	}
}
