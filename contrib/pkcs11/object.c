/* SPDX-License-Identifier: Apache-2.0 */
#include "object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void object_set(struct object *object, ck_attribute_type_t type,
		const void *value, size_t len)
{
	size_t i = 0;

	while (i < object->count && object->attributes[i].type != type)
		i++;
	if (i == OBJECT_ATTRIBUTES_MAX) {
		object->err = -ENOMEM;
		return;
	}
	if (i == object->count)
		object->attributes[object->count++].type = type;
	if (bytes_set(&object->attributes[i].value, value, len) < 0)
		object->err = -ENOMEM;
}

void object_set_number(struct object *object, ck_attribute_type_t type,
		       unsigned long number)
{
	object_set(object, type, &number, sizeof(number));
}

void object_set_flags(struct object *object, const struct flag_attribute *flags,
		      size_t count)
{
	unsigned char value;

	for (size_t i = 0; i < count; i++) {
		value = flags[i].on;
		object_set(object, flags[i].type, &value, sizeof(value));
	}
}

const struct bytes *object_attribute(const struct object *object,
				     ck_attribute_type_t type)
{
	for (size_t i = 0; i < object->count; i++)
		if (object->attributes[i].type == type)
			return &object->attributes[i].value;
	return NULL;
}

static ck_rv_t tell_one(const struct object *object,
			struct ck_attribute *wanted)
{
	const struct bytes *value = object_attribute(object, wanted->type);
	unsigned long room = wanted->value_len;

	wanted->value_len = CK_UNAVAILABLE_INFORMATION;
	if (object->secret && wanted->type == CKA_VALUE)
		return CKR_ATTRIBUTE_SENSITIVE;
	if (!value)
		return CKR_ATTRIBUTE_TYPE_INVALID;
	if (wanted->value && room < value->len)
		return CKR_BUFFER_TOO_SMALL;
	wanted->value_len = value->len;
	if (wanted->value && value->len)
		memcpy(wanted->value, value->data, value->len);
	return CKR_OK;
}

ck_rv_t object_tell(const struct object *object, struct ck_attribute *wanted,
		    unsigned long count)
{
	ck_rv_t rv = CKR_OK, one;

	/* Fills in every attribute that it can; returns the first error. */
	for (unsigned long i = 0; i < count; i++) {
		one = tell_one(object, &wanted[i]);
		if (rv == CKR_OK)
			rv = one;
	}
	return rv;
}

unsigned long object_size(const struct object *object)
{
	unsigned long size = 0;

	for (size_t i = 0; i < object->count; i++)
		size += object->attributes[i].value.len;
	return size;
}

bool object_matches(const struct object *object,
		    const struct ck_attribute *wanted, unsigned long count)
{
	const struct bytes *value;

	for (unsigned long i = 0; i < count; i++) {
		value = object_attribute(object, wanted[i].type);
		if (!value || value->len != wanted[i].value_len)
			return false;
		if (object->secret && wanted[i].type == CKA_VALUE)
			return false;
		if (value->len &&
		    (!wanted[i].value ||
		     memcmp(value->data, wanted[i].value, value->len) != 0))
			return false;
	}
	return true;
}

struct object *objects_find(struct object *list, ck_object_handle_t handle)
{
	while (list && list->handle != handle)
		list = list->next;
	return list;
}

void objects_free(struct object *list)
{
	struct object *object;

	while ((object = list)) {
		list = object->next;
		for (size_t i = 0; i < object->count; i++)
			bytes_free(&object->attributes[i].value);
		free(object);
	}
}

bool objects_remove(struct object **list, ck_object_handle_t handle)
{
	struct object *object = objects_find(*list, handle);

	if (!object)
		return false;
	while (*list != object)
		list = &(*list)->next;
	*list = object->next;
	object->next = NULL;
	objects_free(object);
	return true;
}
