/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes of the settings space: whatever decodes is listed, read, written back
 * as it was read, and encoded to a map that decodes to the same bytes.
 *
 * Seeds are external terms: the "etf" and "raw" members of
 * tests/golden/settings.json, one file each.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "etf.h"
#include "fuzz.h"
#include "settings.h"
#include "settings_text.h"

/* Nothing that was shown is refused, and it changes nothing. */
static void write_back(const struct settings *settings,
		       struct settings *changed, const char *name)
{
	struct bytes text = BYTES_INIT;

	REQUIRE(settings_type(settings, name));
	REQUIRE(settings_get(settings, name, &text) == 0);
	REQUIRE(settings_put(changed, name, &text) == 0);
	bytes_free(&text);
}

/* Away and back: the name leads to the key it was made of. */
static void make_again(struct settings *changed, const char *name)
{
	struct bytes text = BYTES_INIT;

	if (settings_name_parse(name, NULL) < 0) {
		REQUIRE(strncmp(name, "%long-", 6) == 0);
		return;
	}
	if (settings_type(changed, "fuzz~"))
		return;
	REQUIRE(settings_rename(changed, name, "fuzz~") <= 0);
	settings_rename(changed, "fuzz~", name);
	REQUIRE(settings_get(changed, name, &text) == 0);
	REQUIRE(settings_remove(changed, name) == 0);
	REQUIRE(settings_put(changed, name, &text) == 0);
	REQUIRE(strcmp(settings_type(changed, name), "binary") == 0);
	bytes_free(&text);
}

static void require_same(const struct settings *a, const struct settings *b)
{
	struct bytes etf_a = BYTES_INIT, etf_b = BYTES_INIT;

	REQUIRE(settings_encode(a, &etf_a) == 0);
	REQUIRE(settings_encode(b, &etf_b) == 0);
	REQUIRE(bytes_equal(&etf_a, &etf_b));
	bytes_free(&etf_a);
	bytes_free(&etf_b);
}

static void require_decodes_again(const struct settings *settings)
{
	struct bytes etf = BYTES_INIT;
	struct settings *again;
	int err = settings_encode(settings, &etf);

	/* A number's text is longer than the number: too long to unpack. */
	if (err == -ENOSPC)
		return;
	REQUIRE(err == 0);
	REQUIRE(settings_decode(etf.data, etf.len, &again) == 0);
	require_same(settings, again);
	settings_free(again);
	bytes_free(&etf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *settings, *changed;
	const char *name;

	if (size > 2 * SETTINGS_SPACE_MAX ||
	    settings_decode(data, size, &settings) < 0)
		return 0;
	REQUIRE(settings_clone(settings, &changed) == 0);
	for (size_t i = 0; (name = settings_name(settings, i)); i++)
		write_back(settings, changed, name);
	require_same(settings, changed);
	require_decodes_again(settings);
	for (size_t i = 0; (name = settings_name(settings, i)); i++)
		make_again(changed, name);
	require_decodes_again(changed);
	settings_free(settings);
	settings_free(changed);
	return 0;
}
