/* SPDX-License-Identifier: Apache-2.0 */
#include "store_format.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "factory.h"
#include "text.h"

#define LONGEST 416

static int decode_hex(const char *path, const char *name, const json_t *text,
		      uint8_t *to, size_t len)
{
	const char *hex = json_string_value(text);

	if (!hex || strlen(hex) != 2 * len || hex_decode(hex, to, len) < 0)
		return fail_because(
			EINVAL, "%s: \"%s\" is not a string of %zu hex digits",
			path, name, 2 * len);
	return 0;
}

static int decode_slots(const char *path, const json_t *data,
			struct eeprom *eeprom)
{
	char name[16];
	int err;

	if (json_array_size(data) != EEPROM_SLOTS)
		return fail_because(EINVAL,
				    "%s: \"data\" is not a list of %d slots",
				    path, EEPROM_SLOTS);
	for (unsigned int slot = 0; slot < EEPROM_SLOTS; slot++) {
		snprintf(name, sizeof(name), "data[%u]", slot);
		err = decode_hex(path, name, json_array_get(data, slot),
				 eeprom_slot(eeprom, slot),
				 eeprom_slot_size(slot));
		if (err < 0)
			return err;
	}
	return 0;
}

/* Where the values of an object with one for each slot go. */
struct by_slot {
	const char *name;
	uint8_t *to;
	size_t len; /* bytes of a value */
	bool *present;
};

/* {"SLOT": "hex", ...}; a missing object counts as empty. */
static int decode_by_slot(const char *path, const json_t *json,
			  const struct by_slot *member)
{
	json_t *object = json_object_get(json, member->name);
	const char *key;
	json_t *value;
	int err;

	if (object && !json_is_object(object))
		return fail_because(EINVAL,
				    "%s: \"%s\" is not an object of JSON", path,
				    member->name);
	json_object_foreach(object, key, value)
	{
		char *end;
		unsigned long slot = strtoul(key, &end, 10);

		if (*key < '0' || *key > '9' || *end || slot >= EEPROM_SLOTS)
			return fail_because(EINVAL, "%s: %s has no slot \"%s\"",
					    path, member->name, key);
		err = decode_hex(path, member->name, value,
				 member->to + slot * member->len, member->len);
		if (err < 0)
			return err;
		member->present[slot] = true;
	}
	return 0;
}

static const char *model_of(const json_t *json)
{
	return json_string_value(json_object_get(json, "model"));
}

int store_format_decode(const char *path, const json_t *json,
			struct eeprom *eeprom)
{
	const char *model = model_of(json);
	struct eeprom fresh;
	const struct by_slot keys = { "keys", fresh.key[0],
				      sizeof(fresh.key[0]), fresh.has_key };
	const struct by_slot others = { "pub_override", fresh.other_public[0],
					sizeof(fresh.other_public[0]),
					fresh.has_other_public };
	enum sim_part part;
	int err;

	if (!model)
		return fail_because(
			EINVAL,
			"%s: \"model\" is missing, as 508a, 608a, 608b "
			"or tng",
			path);
	err = factory_part(model, &part);
	memset(&fresh, 0, sizeof(fresh));
	if (err == 0)
		err = decode_hex(path, "config",
				 json_object_get(json, "config"), fresh.config,
				 sizeof(fresh.config));
	if (err == 0)
		err = decode_hex(path, "otp", json_object_get(json, "otp"),
				 fresh.otp, sizeof(fresh.otp));
	if (err == 0)
		err = decode_slots(path, json_object_get(json, "data"), &fresh);
	if (err == 0)
		err = decode_by_slot(path, json, &keys);
	if (err == 0)
		err = decode_by_slot(path, json, &others);
	if (err == 0)
		*eeprom = fresh;
	explicit_bzero(&fresh, sizeof(fresh));
	return err;
}

int store_format_load(struct store *store, struct eeprom *eeprom,
		      const char **model)
{
	int err = store_format_decode(store->path, store->json, eeprom);

	if (err == 0)
		*model = model_of(store->json);
	return err;
}

static json_t *encode_hex(const uint8_t *from, size_t len)
{
	char hex[2 * LONGEST + 1];
	json_t *text;

	hex_encode(from, len, hex);
	text = json_string(hex);
	explicit_bzero(hex, sizeof(hex));
	return text;
}

static json_t *encode_slots(const struct eeprom *eeprom)
{
	json_t *data = json_array();
	const uint8_t *from = eeprom->data;

	for (unsigned int slot = 0; slot < EEPROM_SLOTS; slot++) {
		size_t size = eeprom_slot_size(slot);

		if (json_array_append_new(data, encode_hex(from, size)) < 0) {
			json_decref(data);
			return NULL;
		}
		from += size;
	}
	return data;
}

static json_t *encode_by_slot(const uint8_t *from, size_t len,
			      const bool *present)
{
	json_t *object = json_object();
	char key[8];

	for (unsigned int slot = 0; slot < EEPROM_SLOTS; slot++) {
		if (!present[slot])
			continue;
		snprintf(key, sizeof(key), "%u", slot);
		if (json_object_set_new(object, key,
					encode_hex(from + slot * len, len)) <
		    0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

/* Keeps the order of members. Fails on NULL values. */
static int encode(json_t *json, const struct eeprom *eeprom)
{
	const struct {
		const char *name;
		json_t *value;
	} members[] = {
		{ "config", encode_hex(eeprom->config, EEPROM_CONFIG_SIZE) },
		{ "otp", encode_hex(eeprom->otp, EEPROM_OTP_SIZE) },
		{ "data", encode_slots(eeprom) },
		{ "keys", encode_by_slot(eeprom->key[0], 32, eeprom->has_key) },
		{ "pub_override", encode_by_slot(eeprom->other_public[0], 64,
						 eeprom->has_other_public) },
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (json_object_set_new(json, members[i].name,
					members[i].value) < 0)
			err = -ENOMEM;
	return err;
}

int store_format_save(struct store *store, const struct eeprom *eeprom)
{
	int err = encode(store->json, eeprom);

	return err < 0 ? err : store_write(store);
}

int store_format_init(struct store *store, const char *model)
{
	json_t *json = json_pack("{s:s}", "model", model);

	if (!json)
		return -ENOMEM;
	json_decref(store->json);
	store->json = json;
	return 0;
}
