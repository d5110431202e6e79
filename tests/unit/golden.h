/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The golden files (tests/golden/, captured from the Elixir library) for unit
 * tests, and cmocka with the includes that it needs. A helper that fails ends
 * the running test as failed.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "bytes.h"

/* A whole file by its path below tests/golden/. json_decref() it. */
json_t *golden_json(const char *path);
/* The same as bytes, for .cert and .key files. bytes_free() it. */
struct bytes golden_file(const char *path);

/* A string member; fails the test when it is not there. */
const char *golden_text(const json_t *object, const char *member);
/* The object in an array whose "name" is `name`; fails the test when there is none. */
const json_t *golden_named(const json_t *array, const char *name);
/* A member's hex as bytes; bytes_free() it. */
struct bytes golden_hex(const json_t *object, const char *member);
bool golden_has(const json_t *object, const char *member);

/* Print "NAME: N cases". Fails the test when N is 0. */
void golden_count(const char *name, size_t cases);

/* Fails the test unless both are equal, and prints both in hex. */
#define assert_bytes(got, got_len, want) \
	golden_assert_bytes(got, got_len, want, __FILE__, __LINE__)
void golden_assert_bytes(const void *got, size_t got_len,
			 const struct bytes *want, const char *file, int line);
