/* SPDX-License-Identifier: Apache-2.0 */
/* Settings for tests; what cannot be had fails the test. */
#ifndef NK_SETTINGS_FIXTURE_H
#define NK_SETTINGS_FIXTURE_H

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
/* NK_STRIDE: try each so many-th case only; 1 when it is not set. */
size_t stride(void);
struct bytes bytes_of_hex(const char *hex);
/* A term, checked. */
struct bytes term_of_hex(const char *hex);
struct bytes encoded(const struct settings *settings);
/* %{"k" => <<len - 17 bytes of `fill`>>}, a term of `len` bytes. */
struct bytes map_of_len(size_t len, char fill);
/* settings_put() of a C string. */
int put_text(struct settings *settings, const char *name, const char *text);
void assert_value(struct settings *settings, const char *name,
		  const char *want);
/* The 524 bytes as the chip has them after a golden "put". */
struct bytes golden_space(const json_t *one);

struct names {
	size_t count;
	char *name[200];
};

struct names all_names(const struct settings *settings);
void free_names(struct names *names);

#endif
