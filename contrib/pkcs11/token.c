/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pem.h"
#include "token_objects.h"

#define CHIP_SLOTS 16

/* An object keeps its handle while the chip is the same. */
enum handle {
	DEVICE_KEY = 1,
	DEVICE_PUBLIC_KEY,
	DEVICE_CERT,
	SIGNER_CERT,
	AUX_DEVICE_CERT,
	AUX_SIGNER_CERT,
	SLOT_KEYS = 0x10, /* two for each slot: private, public */
};

static const struct certificate_file {
	bool aux;
	const char *name;
	ck_object_handle_t handle;
	const char *label;
	unsigned long category;
} certificate_files[] = {
	{ false, "device.pem", DEVICE_CERT, "device", CATEGORY_TOKEN_USER },
	{ false, "signer.pem", SIGNER_CERT, "signer", CATEGORY_AUTHORITY },
	{ true, "aux/device.pem", AUX_DEVICE_CERT, "aux-device",
	  CATEGORY_TOKEN_USER },
	{ true, "aux/signer.pem", AUX_SIGNER_CERT, "aux-signer",
	  CATEGORY_AUTHORITY },
};

/* A file without content of ours gives no object. */
static int absence_is_no_error(int err)
{
	switch (err) {
	case -ENOENT:
	case -ENODATA:
	case -EACCES:
	case -EPERM: /* sshfs: any error that SFTP does not know */
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
	BYTES_LOCAL(text);
	int err = mount_read(mount, name, &text);

	if (err == 0)
		err = pem_decode(&text, label, der);
	return absence_is_no_error(err);
}

static int load_certificate(struct token *token, const char *mount,
			    const struct certificate_file *file)
{
	BYTES_LOCAL(der);
	int err = read_pem(mount, file->name, "CERTIFICATE", &der);

	if (err == 0)
		token_add_certificate(token, file->handle, file->label,
				      file->category, &der);
	return err;
}

/* Reads the public key of the pair whose files are in `path`. */
static int load_pair(struct token *token, const char *mount,
		     ck_object_handle_t handle, const char *label,
		     const char *path)
{
	BYTES_LOCAL(spki);
	char name[KEY_PATH_SIZE + 16];
	int err;

	snprintf(name, sizeof(name), "%spubkey.pem", path);
	err = read_pem(mount, name, "PUBLIC KEY", &spki);
	if (err == 0)
		token_add_pair(token, handle, label, path, &spki);
	return err;
}

static int load_slot_key(struct token *token, const char *mount,
			 unsigned long slot)
{
	char path[KEY_PATH_SIZE], label[KEY_PATH_SIZE];

	snprintf(path, sizeof(path), "keys/%lu/", slot);
	snprintf(label, sizeof(label), "key-%lu", slot);
	return load_pair(token, mount, SLOT_KEYS + 2 * slot, label, path);
}

/* Adds keys other than the device's, which `status` lists. */
static int load_slot_keys(struct token *token, const char *mount)
{
	const char *list = token->status.keys;
	unsigned long slot;
	char *end;
	int err = 0;

	while (*list && !err) {
		slot = strtoul(list, &end, 10);
		if (end == list)
			return 0;
		if (slot < CHIP_SLOTS)
			err = load_slot_key(token, mount, slot);
		list = end + strspn(end, ", ");
	}
	return err;
}

/* Gives the device's keys the subject of its certificate, if there is one. */
static void set_device_subject(struct token *token)
{
	static const ck_object_handle_t keys[] = { DEVICE_KEY,
						   DEVICE_PUBLIC_KEY };
	const struct object *cert = objects_find(token->objects, DEVICE_CERT);
	const struct bytes *subject;
	struct object *key;

	subject = cert ? object_attribute(cert, CKA_SUBJECT) : NULL;
	for (size_t i = 0; i < LENGTH(keys) && subject; i++) {
		key = objects_find(token->objects, keys[i]);
		if (key)
			object_set(key, CKA_SUBJECT, subject->data,
				   subject->len);
	}
}

static int load_objects(struct token *token, const char *mount)
{
	int err = load_pair(token, mount, DEVICE_KEY, "device", "");

	for (size_t i = 0; i < LENGTH(certificate_files) && !err; i++)
		if (token->status.aux || !certificate_files[i].aux)
			err = load_certificate(token, mount,
					       &certificate_files[i]);
	set_device_subject(token);
	if (!err)
		err = load_slot_keys(token, mount);
	if (!err)
		err = token->err;
	for (struct object *o = token->objects; o && !err; o = o->next)
		err = o->err;
	return err;
}

/* Sets the value of a `key=value` line, cut to fit, or "". */
static void status_value(const struct bytes *text, const char *key, char *value,
			 size_t size)
{
	const char *line = bytes_text(text);
	size_t len = strlen(key);

	while (*line && (strncmp(line, key, len) != 0 || line[len] != '=')) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	if (*line)
		line += len + 1;
	snprintf(value, size, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Reading `status` makes the mount check for the chip. */
static int read_status(const char *mount, struct token_status *status)
{
	BYTES_LOCAL(text);
	char present[8], aux[8];
	int err = mount_read(mount, "status", &text);

	if (err < 0)
		return err;
	status_value(&text, "present", present, sizeof(present));
	status_value(&text, "serial", status->serial, sizeof(status->serial));
	status_value(&text, "model", status->model, sizeof(status->model));
	status_value(&text, "keys", status->keys, sizeof(status->keys));
	status_value(&text, "aux", aux, sizeof(aux));
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
	/* Checks that everything was read from one chip. */
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
	if (token)
		objects_free(token->objects);
	free(token);
}

bool token_has_key(const struct token *token)
{
	const struct object *object = token->objects;

	while (object && !object->is_private_key)
		object = object->next;
	return object;
}
