/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys can be used, on each image and by each field of a slot. */
#include "golden.h"

#include <stdio.h>

#include "slot_rules.h"

#define SIGNING	 0x83 /* SlotConfig: secret, signs digests */
#define AGREEING 0x87 /* the same, and ECDH */

/* Bits of slots. `first` is what forbids the first slot that is none. */
static const struct chip {
	const char *image;
	uint16_t keys, ecdh, readable;
	unsigned int other;
	const char *forbids_other;
} chips[] = {
	{ "family/adafruit", 0x0000, 0x0000, 0x0ff3, 0, "Private" },
	{ "family/arduino-508a", 0x001f, 0x001e, 0x7f00, 5, "Private" },
	{ "family/arduino-608a", 0x001f, 0x001e, 0x7f00, 5, "Private" },
	{ "family/esp-trustcustom", 0x0007, 0x0002, 0x7f00, 3, "Private" },
	{ "family/helium", 0xffff, 0xffff, 0x0000, 0, NULL },
	{ "family/tng-legacy-template2", 0x001d, 0x001d, 0x1d20, 1, "ReadKey" },
	{ "family/tng-moved-to-58", 0x001d, 0x001d, 0x1d20, 1, "ReadKey" },
	{ "family/tng-real-config", 0x001d, 0x001d, 0x1d20, 1, "ReadKey" },
	{ "family/trustflex-tls", 0x001d, 0x001d, 0xfd00, 1, "ReadKey" },
	/* As the factory has configured it. */
	{ "family/608c-blank", 0x0007, 0x0002, 0x7f00, 3, "Private" },
	{ "family/unknown-revision", 0x0007, 0x0002, 0x7f00, 3, "Private" },
	/* Ours; the volatile one has a latch before its key. */
	{ "chip-images/508a-provisioned", 0x0001, 0x0001, 0xfffe, 1,
	  "Private" },
	{ "chip-images/608b-provisioned", 0x0001, 0x0001, 0xfffe, 1,
	  "Private" },
	{ "chip-images/608b-volatile", 0x0000, 0x0000, 0xfff8, 0,
	  "PersistentDisable" },
	{ "chip-images/tng", 0x001d, 0x001d, 0xfd20, 1, "ReadKey" },
};

static uint16_t slots_for(const uint8_t *config, enum slot_use use)
{
	unsigned int slots = 0;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		if (!slot_rule_against(config, slot, use))
			slots |= 1u << slot;
	return (uint16_t)slots;
}

static void assert_slots(const char *image, const char *what, uint16_t got,
			 uint16_t want)
{
	if (got != want)
		fail_msg("%s: %s are %04x, not %04x", image, what, got, want);
}

static void each_image_has_the_keys_that_its_maker_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(chips) / sizeof(*chips); i++) {
		const struct chip *chip = &chips[i];
		struct bytes config;
		json_t *json;
		char path[64];

		snprintf(path, sizeof(path), "%s.json", chip->image);
		json = golden_json(path);
		config = golden_hex(json, "config");
		assert_slots(path, "keys", slot_keys(config.data), chip->keys);
		assert_slots(path, "keys that sign",
			     slots_for(config.data, SLOT_SIGN), chip->keys);
		assert_slots(path, "keys for ECDH",
			     slots_for(config.data, SLOT_ECDH) & chip->keys,
			     chip->ecdh);
		assert_slots(path, "readable slots",
			     slots_readable(config.data), chip->readable);
		if (chip->forbids_other)
			assert_string_equal(slot_rule_against(config.data,
							      chip->other,
							      SLOT_SIGN)
						    ->name,
					    chip->forbids_other);
		bytes_free(&config);
		json_decref(json);
	}
	golden_count("images", sizeof(chips) / sizeof(*chips));
}

/* Slot 9 of a 608 or a 508A, and what forbids each use of it. */
static const struct field {
	uint8_t revision, slot_config, key_config[2], use_lock, options;
	const char *sign, *ecdh, *public_key;
	bool is_listed;
} fields[] = {
	{ 0x60, AGREEING, { 0x33, 0 }, 0, 0, NULL, NULL, NULL, true },
	{ 0x60, SIGNING, { 0x33, 0 }, 0, 0, NULL, "ReadKey", NULL, true },
	{ 0x60, 0x8d, { 0x33, 0 }, 0, 0, NULL, "ReadKey", NULL, true },
	{ 0x60, 0x86, { 0x33, 0 }, 0, 0, "ReadKey", NULL, NULL, false },
	{ 0x60, AGREEING, { 0x31, 0 }, 0, 0, NULL, NULL, "PubInfo", true },
	{ 0x60,
	  AGREEING,
	  { 0x3c, 0 },
	  0,
	  0,
	  "Private",
	  "Private",
	  "Private",
	  false },
	{ 0x60,
	  AGREEING,
	  { 0x27, 0 },
	  0,
	  0,
	  "KeyType",
	  "KeyType",
	  "KeyType",
	  false },
	{ 0x60,
	  AGREEING,
	  { 0xb3, 1 },
	  0,
	  0,
	  "ReqAuth",
	  "ReqAuth",
	  "ReqAuth",
	  false },
	{ 0x60,
	  AGREEING,
	  { 0x33, 0x10 },
	  0,
	  0,
	  "PersistentDisable",
	  "PersistentDisable",
	  NULL,
	  false },
	{ 0x60,
	  0xa7,
	  { 0x33, 0 },
	  0,
	  0,
	  "LimitedUse",
	  "LimitedUse",
	  "LimitedUse",
	  true },
	{ 0x60,
	  0xa6,
	  { 0x33, 0 },
	  0,
	  0,
	  "ReadKey",
	  "LimitedUse",
	  "LimitedUse",
	  false },
	{ 0x60,
	  AGREEING,
	  { 0x33, 0 },
	  0x3a,
	  0,
	  "UseLock",
	  "UseLock",
	  "UseLock",
	  false },
	{ 0x60, AGREEING, { 0x33, 0 }, 0xff, 0, NULL, NULL, NULL, true },
	{ 0x60, AGREEING, { 0x33, 0 }, 0, 0x61, NULL, "ECDHProt", NULL, true },
	/* These bytes are other things on a 508A. */
	{ 0x50, AGREEING, { 0x33, 0 }, 0x3a, 0x61, NULL, NULL, NULL, true },
};

static void assert_rule(size_t row, const uint8_t *config, enum slot_use use,
			const char *want)
{
	const struct slot_rule *got = slot_rule_against(config, 9, use);

	if (!got != !want || (got && strcmp(got->name, want) != 0))
		fail_msg("row %zu, use %d: %s", row, use,
			 got ? got->name : "none");
	/* Its sentence names it first, for who reads last_error. */
	if (got)
		assert_int_equal(strncmp(got->sentence, want, strlen(want)), 0);
}

static void each_field_forbids_what_the_data_sheet_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		const struct field *field = &fields[i];
		uint8_t config[CONFIG_SIZE] = {
			[6] = field->revision,
			[7] = 2,
			[38] = field->slot_config,
			[39] = 0x20,
			[68] = field->use_lock,
			[91] = field->options,
			[114] = field->key_config[0],
			[115] = field->key_config[1],
		};

		assert_rule(i, config, SLOT_SIGN, field->sign);
		assert_rule(i, config, SLOT_ECDH, field->ecdh);
		assert_rule(i, config, SLOT_PUBLIC_KEY, field->public_key);
		assert_int_equal(slot_keys(config), field->is_listed << 9);
	}
}

static void a_slot_is_writable_until_a_rule_or_its_lock_forbids_it(void **state)
{
	uint8_t config[CONFIG_SIZE] = { 0 };

	(void)state;
	memset(config + 88, 0xff, 2); /* no slot is locked */
	assert_true(slot_is_writable(config, 9));
	config[20 + 2 * 9 + 1] = 0x40; /* encrypted writes */
	assert_false(slot_is_writable(config, 9));
	assert_true(slot_is_writable(config, 8));
	config[20 + 2 * 9 + 1] = 0x0f; /* WriteKey alone */
	assert_true(slot_is_writable(config, 9));
	config[89] = 0xfd;
	assert_false(slot_is_writable(config, 9));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_image_has_the_keys_that_its_maker_says),
		cmocka_unit_test(each_field_forbids_what_the_data_sheet_says),
		cmocka_unit_test(
			a_slot_is_writable_until_a_rule_or_its_lock_forbids_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
