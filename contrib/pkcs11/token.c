/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <nettle/sha1.h>

#include "der.h"
#include "mechanism.h"
#include "module.h"

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

/* The token does not verify: whoever has the public key can. */
static const struct flag_attribute public_flags[] = {
	{ CKA_LOCAL, true },	{ CKA_VERIFY, false },
	{ CKA_DERIVE, false },	{ CKA_VERIFY_RECOVER, false },
	{ CKA_ENCRYPT, false }, { CKA_WRAP, false },
	{ CKA_TRUSTED, false },
};

static const struct flag_attribute certificate_flags[] = {
	{ CKA_TRUSTED, false },
};

/* CKA_CERTIFICATE_CATEGORY */
enum { CATEGORY_TOKEN_USER = 1, CATEGORY_AUTHORITY = 2 };

static const struct certificate_file {
	bool aux;
	const char *name;
	const char *label;
	enum token_object object;
	unsigned long category;
} certificate_files[] = {
	{ false, "device.pem", "device", TOKEN_DEVICE_CERT,
	  CATEGORY_TOKEN_USER },
	{ false, "signer.pem", "signer", TOKEN_SIGNER_CERT,
	  CATEGORY_AUTHORITY },
	{ true, "aux/device.pem", "aux-device", TOKEN_AUX_DEVICE_CERT,
	  CATEGORY_TOKEN_USER },
	{ true, "aux/signer.pem", "aux-signer", TOKEN_AUX_SIGNER_CERT,
	  CATEGORY_AUTHORITY },
};

static struct object *start_object(struct token *token, enum token_object which,
				   ck_object_class_t class, const char *label)
{
	struct object *object = &token->objects[which];

	object->handle = (ck_object_handle_t)which + 1;
	object_set_number(object, CKA_CLASS, class);
	object_set_text(object, CKA_LABEL, label);
	object_set_flags(object, common_flags, LENGTH(common_flags));
	return object;
}

static void set_span(struct object *object, ck_attribute_type_t type,
		     struct span span)
{
	object_set(object, type, span.data, span.len);
}

/*
 * The key identifier of RFC 5280, 4.2.1.2 (1), as in the certificates: what a
 * key and the certificates of it have in common.
 */
static void set_id(struct object *object, const uint8_t *point, size_t len)
{
	uint8_t id[SHA1_DIGEST_SIZE];
	struct sha1_ctx sha1;

	sha1_init(&sha1);
	sha1_update(&sha1, len, point);
	sha1_digest(&sha1, sizeof(id), id);
	object_set(object, CKA_ID, id, sizeof(id));
}

/* The first three bytes of the SHA-1 of the certificate (2.40, 4.6.1). */
static void set_check_value(struct object *object, const struct bytes *der)
{
	uint8_t digest[3];
	struct sha1_ctx sha1;

	sha1_init(&sha1);
	sha1_update(&sha1, der->len, der->data);
	sha1_digest(&sha1, sizeof(digest), digest);
	object_set(object, CKA_CHECK_VALUE, digest, sizeof(digest));
}

static void add_certificate(struct token *token,
			    const struct certificate_file *file,
			    const struct bytes *der)
{
	struct certificate_fields fields;
	struct object *object;

	if (certificate_fields(der, &fields) < 0)
		return;
	object =
		start_object(token, file->object, CKO_CERTIFICATE, file->label);
	object_set_flags(object, certificate_flags, LENGTH(certificate_flags));
	object_set_number(object, CKA_CERTIFICATE_TYPE, CKC_X_509);
	object_set_number(object, CKA_CERTIFICATE_CATEGORY, file->category);
	object_set(object, CKA_VALUE, der->data, der->len);
	object_set(object, CKA_START_DATE, NULL, 0);
	object_set(object, CKA_END_DATE, NULL, 0);
	set_id(object, fields.point.data, fields.point.len);
	set_check_value(object, der);
	set_span(object, CKA_SERIAL_NUMBER, fields.serial);
	set_span(object, CKA_ISSUER, fields.issuer);
	set_span(object, CKA_SUBJECT, fields.subject);
	set_span(object, CKA_PUBLIC_KEY_INFO, fields.public_key);
}

/* What the private and the public key say alike. */
static void describe_key(struct object *object, const struct bytes *spki,
			 const uint8_t *point)
{
	object_set_number(object, CKA_KEY_TYPE, CKK_EC);
	object_set_number(object, CKA_KEY_GEN_MECHANISM,
			  CKM_ECDSA_KEY_PAIR_GEN);
	object_set(object, CKA_START_DATE, NULL, 0);
	object_set(object, CKA_END_DATE, NULL, 0);
	object_set(object, CKA_EC_PARAMS, p256_oid, sizeof(p256_oid));
	object_set(object, CKA_PUBLIC_KEY_INFO, spki->data, spki->len);
	set_id(object, point, P256_POINT_SIZE);
}

static void add_keys(struct token *token, const struct bytes *spki)
{
	const uint8_t *point = p256_point(spki);
	uint8_t octets[2 + P256_POINT_SIZE] = { 0x04, P256_POINT_SIZE };
	const struct bytes *subject;
	struct object *object;

	if (!point)
		return;
	memcpy(octets + 2, point, P256_POINT_SIZE);
	subject = object_attribute(&token->objects[TOKEN_DEVICE_CERT],
				   CKA_SUBJECT);

	object = start_object(token, TOKEN_PRIVATE_KEY, CKO_PRIVATE_KEY,
			      "device");
	object->secret = true;
	describe_key(object, spki, point);
	object_set_flags(object, private_flags, LENGTH(private_flags));
	object_set(object, CKA_ALLOWED_MECHANISMS, mechanism_types,
		   sizeof(mechanism_types));
	object_set(object, CKA_SUBJECT, subject ? subject->data : NULL,
		   subject ? subject->len : 0);

	object =
		start_object(token, TOKEN_PUBLIC_KEY, CKO_PUBLIC_KEY, "device");
	describe_key(object, spki, point);
	object_set_flags(object, public_flags, LENGTH(public_flags));
	object_set(object, CKA_EC_POINT, octets, sizeof(octets));
	object_set(object, CKA_SUBJECT, subject ? subject->data : NULL,
		   subject ? subject->len : 0);
}

/* A file that has no content, or none of ours, is an object that is not there. */
static int absence_is_no_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENODATA:
	case -EACCES:
	case -EPERM: /* sshfs: any error that SFTP has no name for */
	case -EINVAL:
	case -EFBIG:
		return 0;
	default:
		return err;
	}
}

static int read_pem(const char *mount, const char *name, const char *label,
		    struct bytes *der)
{
	struct bytes text = BYTES_INIT;
	int err;

	err = mount_read(mount, name, &text);
	if (err == 0)
		err = pem_decode(&text, label, der);
	bytes_free(&text);
	return absence_is_no_error(err);
}

static int load_objects(struct token *token, const char *mount)
{
	struct bytes der = BYTES_INIT;
	int err = 0;

	for (size_t i = 0; i < LENGTH(certificate_files) && !err; i++) {
		if (certificate_files[i].aux && !token->status.aux)
			continue;
		err = read_pem(mount, certificate_files[i].name, "CERTIFICATE",
			       &der);
		add_certificate(token, &certificate_files[i], &der);
		bytes_free(&der);
	}
	if (!err)
		err = read_pem(mount, "pubkey.pem", "PUBLIC KEY", &der);
	add_keys(token, &der);
	bytes_free(&der);
	for (size_t i = 0; i < TOKEN_OBJECT_COUNT && !err; i++)
		err = token->objects[i].err;
	return err;
}

/* The value of a `key=value` line, cut to what fits; "" when there is none. */
static void status_value(const struct bytes *text, const char *key, char *value,
			 size_t size)
{
	const char *line = bytes_text(text);
	size_t len = strlen(key);

	value[0] = '\0';
	while (*line) {
		if (strncmp(line, key, len) == 0 && line[len] == '=') {
			line += len + 1;
			snprintf(value, size, "%.*s", (int)strcspn(line, "\n"),
				 line);
			return;
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

/* Reading `status` makes the mount look whether the chip is there. */
static int read_status(const char *mount, struct token_status *status)
{
	struct bytes text = BYTES_INIT;
	char present[8], aux[8];
	int err;

	err = mount_read(mount, "status", &text);
	if (err < 0)
		return err;
	status_value(&text, "present", present, sizeof(present));
	status_value(&text, "serial", status->serial, sizeof(status->serial));
	status_value(&text, "model", status->model, sizeof(status->model));
	status_value(&text, "aux", aux, sizeof(aux));
	bytes_free(&text);
	status->aux = strcmp(aux, "yes") == 0;
	if (strcmp(present, "yes") != 0)
		return -ENODEV;
	return mount_chip_serial(mount, status->chip_serial);
}

static int load_status(const char *mount, const struct token_status *known,
		       struct token_status *status)
{
	int err = -ESTALE;

	if (known)
		err = mount_is_chip(mount, known->chip_serial);
	if (err == -ESTALE)
		return read_status(mount, status);
	if (err == 0)
		*status = *known;
	return err;
}

int token_load(const char *mount, const struct token_status *known,
	       struct token **token)
{
	struct token *fresh = calloc(1, sizeof(*fresh));
	int err;

	if (!fresh)
		return -ENOMEM;
	err = load_status(mount, known, &fresh->status);
	if (err == 0)
		err = load_objects(fresh, mount);
	/* What was read is of one chip, and the mount was there all the time. */
	if (err == 0)
		err = mount_is_chip(mount, fresh->status.chip_serial);
	if (err < 0)
		token_free(fresh);
	else
		*token = fresh;
	return err;
}

void token_free(struct token *token)
{
	if (!token)
		return;
	for (size_t i = 0; i < TOKEN_OBJECT_COUNT; i++)
		object_clear(&token->objects[i]);
	free(token);
}

const struct object *token_object(const struct token *token,
				  ck_object_handle_t handle)
{
	for (size_t i = 0; i < TOKEN_OBJECT_COUNT; i++)
		if (handle != CK_INVALID_HANDLE &&
		    token->objects[i].handle == handle)
			return &token->objects[i];
	return NULL;
}
