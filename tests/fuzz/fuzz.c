/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>

struct bytes fuzz_golden(const char *path)
{
	struct bytes content = BYTES_INIT;
	char full[512], piece[1024];
	size_t len;
	FILE *file;

	snprintf(full, sizeof(full), "%s/%s", GOLDEN_DIR, path);
	file = fopen(full, "rbe");
	REQUIRE(file);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		REQUIRE(bytes_append(&content, piece, len) == 0);
	fclose(file);
	return content;
}

struct bytes fuzz_copy(const struct bytes *from)
{
	struct bytes copy = BYTES_INIT;

	REQUIRE(bytes_set(&copy, from->data, from->len) == 0);
	return copy;
}
