/* SPDX-License-Identifier: Apache-2.0 */
/* Settings for tests. A helper that fails ends the test as failed. */
#pragma once

#include "golden.h"

#include "settings.h"

/* A local fun of arity 1 without variables, in hex. */
#define FUN_UNIQ "000102030405060708090a0b0c0d0e0f"
#define FUN_HEAD(size)                     \
	"70" size "01" FUN_UNIQ "00000000" \
	"00000001"
#define FUN_PARTS                  \
	"77016d"                   \
	"6100"                     \
	"6101"                     \
	"58770161"                 \
	"000000010000000000000000" \
	"6a"

struct bytes from_text(const char *text);
/* Try each so many-th case only: NK_STRIDE, or 1. */
size_t stride(void);
struct bytes bytes_of_hex(const char *hex);
/* The bytes of a term, which must be valid. */
struct bytes term_of_hex(const char *hex);
struct bytes encoded(const struct settings *settings);
/* %{"k" => <<len - 17 bytes of `fill`>>}, a term of `len` bytes. */
struct bytes map_of_len(size_t len, char fill);
/* settings_put() of a C string. */
int put_text(struct settings *settings, const char *name, const char *text);
void assert_value(struct settings *settings, const char *name,
		  const char *want);
/* The 524 bytes that the chip has after a golden "put". */
struct bytes golden_space(const json_t *one);

struct names {
	size_t count;
	char *name[200];
};

struct names all_names(const struct settings *settings);
void free_names(struct names *names);
