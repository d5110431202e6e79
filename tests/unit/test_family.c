/* SPDX-License-Identifier: Apache-2.0 */
/* Parts by their revisions: ours, later ones, and other families. */
#include "golden.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "config_kind.h"
#include "error.h"
#include "family.h"
#include "fake_chip.h"

static const struct row {
	uint8_t revision[4];
	enum atecc_part part;
	const char *name, *other;
} rows[] = {
	{ { 0, 0, 0x50, 0x00 }, ATECC_508A, "ATECC508A", NULL },
	{ { 0, 0, 0x50, 0x07 }, ATECC_508A, "ATECC508A", NULL },
	{ { 0, 0, 0x60, 0x02 }, ATECC_608A, "ATECC608A", NULL },
	{ { 0, 0, 0x60, 0x03 }, ATECC_608B, "ATECC608B", NULL },
	{ { 0, 0, 0x60, 0x04 },
	  ATECC_608_NEWER,
	  "ATECC608 (revision 04)",
	  NULL },
	{ { 0, 0, 0x61, 0x00 },
	  ATECC_UNKNOWN,
	  "unknown (revision 00006100)",
	  NULL },
	{ { 0, 0x5a, 0x20, 0x01 }, ATECC_UNKNOWN, NULL, "ECC204" },
	{ { 0, 0x5b, 0x20, 0x01 }, ATECC_UNKNOWN, NULL, "ECC206" },
	{ { 0, 0x6a, 0x20, 0x01 }, ATECC_UNKNOWN, NULL, "TA010" },
	{ { 0, 0x35, 0x20, 0x01 }, ATECC_UNKNOWN, NULL, "SHA104" },
	{ { 0, 0x3b, 0x20, 0x01 }, ATECC_UNKNOWN, NULL, "SHA105" },
	{ { 0, 0x02, 0x00, 0x09 }, ATECC_UNKNOWN, NULL, "ATSHA204A" },
};

static void parts_go_by_their_revision(void **state)
{
	char name[PART_NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		const char *other = family_other_name(row->revision);

		assert_int_equal(family_part(row->revision), row->part);
		family_part_name(row->revision, name);
		if (row->name)
			assert_string_equal(name, row->name);
		assert_int_equal(!other, !row->other);
		if (other)
			assert_string_equal(other, row->other);
	}
}

/* It parses no Read of ours, but answers Info. */
static void other_families_are_refused_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fake_chip *fake;
		struct atecc *chip =
			FAKE_SCRIPT(&fake, { .status = 0x03 }, { 0 });
		uint8_t config[128];
		char reply[9];

		for (size_t k = 0; k < 4; k++)
			snprintf(reply + 2 * k, 3, "%02x", rows[i].revision[k]);
		fake->reply = reply;
		assert_int_equal(atecc_read_config(chip, config), -EOPNOTSUPP);
		if (rows[i].other)
			assert_non_null(strstr(fail_reason(), rows[i].other));
		else
			assert_non_null(strstr(fail_reason(),
					       "does not know the command"));
		atecc_end(chip);
		atecc_close(chip);
	}
}

static void set_revision(uint8_t *config, const uint8_t revision[static 4])
{
	memcpy(config + 4, revision, 4);
}

static void what_is_not_known_is_never_locked(void **state)
{
	json_t *json = golden_json("chip-images/608b-factory.json");
	struct bytes config = golden_hex(json, "config");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		set_revision(config.data, rows[i].revision);
		assert_int_equal(config_may_be_locked(config.data),
				 rows[i].part != ATECC_UNKNOWN);
	}
	/* A later 608 may be locked if it has the factory values of a 608B. */
	set_revision(config.data, (const uint8_t[]){ 0, 0, 0x60, 0x04 });
	for (unsigned int at = 0; at < 128; at++) {
		bool ours = at < 13 || at == 16 || (at >= 18 && at < 52) ||
			    at == 69 || at >= 92;

		config.data[at] ^= 0x01;
		if (at < 4 || at > 7)
			assert_int_equal(config_may_be_locked(config.data),
					 ours || at == 87);
		config.data[at] ^= 0x01;
	}
	bytes_free(&config);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_go_by_their_revision),
		cmocka_unit_test(other_families_are_refused_by_name),
		cmocka_unit_test(what_is_not_known_is_never_locked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
