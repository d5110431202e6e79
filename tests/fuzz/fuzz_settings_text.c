/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people write: the first byte chooses a type, the rest is a value's text
 * and a name. What is taken is shown in a form that is taken as the same.
 *
 * Seeds: "\4[1,{\"a\":null}]", "\2-12", "\3" "1.5e3", ":mode", "%term-6105".
 */
#include <stdlib.h>
#include <string.h>

#include "etf.h"
#include "fuzz.h"
#include "settings_text.h"

static void try_value(const char *type, const struct bytes *text)
{
	struct bytes term = BYTES_INIT, shown = BYTES_INIT, again = BYTES_INIT;

	if (value_parse(type, text, &term) == 0) {
		REQUIRE(etf_check(term.data, term.len, NULL) == 0);
		REQUIRE(strcmp(value_type(&term), type) == 0);
		REQUIRE(value_show(&term, &shown) == 0);
		/* An atom may end in the newline that is not counted. */
		if (strcmp(type, "binary") != 0)
			REQUIRE(bytes_append(&shown, "\n", 1) == 0);
		REQUIRE(value_parse(type, &shown, &again) == 0);
		REQUIRE(bytes_equal(&term, &again));
	}
	bytes_free(&term);
	bytes_free(&shown);
	bytes_free(&again);
}

static void try_name(const struct bytes *text)
{
	const char *name = bytes_text(text);
	struct bytes key = BYTES_INIT, again = BYTES_INIT;

	if (settings_name_parse(name, &key) == 0) {
		REQUIRE(etf_check(key.data, key.len, NULL) == 0);
		REQUIRE(settings_name_of(&key, &again) == 0);
		REQUIRE(strcmp(bytes_text(&again), name) == 0);
		REQUIRE(!strchr(name, '/') && strcmp(name, ".") &&
			strcmp(name, ".."));
	}
	bytes_free(&key);
	bytes_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = { "binary", "atom",	    "integer",
					     "float",  "list",	    "tuple",
					     "map",    "bitstring", "other" };
	struct bytes text = BYTES_INIT;

	if (size < 1 || size > 4096)
		return 0;
	REQUIRE(bytes_append(&text, data + 1, size - 1) == 0);
	try_value(types[data[0] % (sizeof(types) / sizeof(*types))], &text);
	try_name(&text);
	bytes_free(&text);
	return 0;
}
