/* SPDX-License-Identifier: Apache-2.0 */
/* A PKCS #11 object: a handle and a list of attributes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "bytes.h"
#include "cryptoki.h"

#define OBJECT_ATTRIBUTES_MAX 40

struct attribute {
	ck_attribute_type_t type;
	struct bytes value;
};

/* Size of the path of a private key's files: "" or "keys/N/". */
#define KEY_PATH_SIZE 16

struct object {
	struct object *next;
	ck_object_handle_t handle;
	bool is_private_key;
	char key_path[KEY_PATH_SIZE]; /* of a private key */
	bool secret;		      /* CKA_VALUE cannot be read */
	int err;		      /* first error of object_set_*() */
	size_t count;
	struct attribute attributes[OBJECT_ATTRIBUTES_MAX];
};

struct flag_attribute {
	ck_attribute_type_t type;
	bool on;
};

/*
 * Sets or replaces an attribute. -ENOMEM is kept in object->err, which the
 * caller checks once when the object is complete.
 */
void object_set(struct object *object, ck_attribute_type_t type,
		const void *value, size_t len);
void object_set_number(struct object *object, ck_attribute_type_t type,
		       unsigned long number);
void object_set_flags(struct object *object, const struct flag_attribute *flags,
		      size_t count);

/* Returns NULL when the object lacks the attribute. */
const struct bytes *object_attribute(const struct object *object,
				     ck_attribute_type_t type);

/* Implement C_GetAttributeValue, C_GetObjectSize and the search. */
ck_rv_t object_tell(const struct object *object, struct ck_attribute *wanted,
		    unsigned long count);
unsigned long object_size(const struct object *object);
bool object_matches(const struct object *object,
		    const struct ck_attribute *wanted, unsigned long count);

/* Finds an object of a list by handle, or returns NULL. */
struct object *objects_find(struct object *list, ck_object_handle_t handle);

/* Wipes and frees all objects of a list, which may be NULL. */
void objects_free(struct object *list);

/* The same for one object of the list. False: the list does not have it. */
bool objects_remove(struct object **list, ck_object_handle_t handle);
