/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every target shares. A target is a claim about any bytes: it returns 0,
 * or the process dies. libFuzzer makes the bytes, or replay.c reads them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Before the first input. Only targets that read golden files have it. */
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define REQUIRE(claim)                    \
	do {                              \
		if (!(claim))             \
			__builtin_trap(); \
	} while (0)

/* The input, taken from its front. When it is used up there are only zeros. */
struct input {
	const uint8_t *data;
	size_t len;
};

static inline uint8_t take_byte(struct input *input)
{
	if (input->len == 0)
		return 0;
	input->len--;
	return *input->data++;
}

static inline void take(struct input *input, uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = take_byte(input);
}

/* All that is left; not to be freed. */
static inline struct bytes take_rest(struct input *input)
{
	struct bytes rest = { (uint8_t *)input->data, input->len, 0, 0 };

	input->data += input->len;
	input->len = 0;
	return rest;
}

/* A file below tests/golden/. */
struct bytes fuzz_golden(const char *path);
/* A copy with a NUL after it, in an allocation of its own. */
struct bytes fuzz_copy(const struct bytes *from);
