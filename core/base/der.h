/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of DER (X.690) that certificates need: a writer that fills in
 * lengths, and a reader that never reads beyond its input.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_UTF8_STRING = 0x0c,
	DER_PRINTABLE_STRING = 0x13,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};
/* Context-specific, constructed. */
#define DER_CONTEXT(number) (0xa0 | (number))

/* These append to `out`, whose first error stays in out->err. */
void der_value(struct bytes *out, uint8_t tag, const void *value, size_t len);
/* What is appended between open and close becomes the value. */
size_t der_open(struct bytes *out, uint8_t tag);
void der_close(struct bytes *out, size_t opened);
/* Appends a big-endian number of any length as a minimal INTEGER. */
void der_unsigned(struct bytes *out, const uint8_t *number, size_t len);

/* A part of the caller's bytes. */
struct der_view {
	const uint8_t *data;
	size_t len;
};

bool der_equal(const struct der_view *a, const struct der_view *b);
bool der_is(const struct der_view *view, const void *data, size_t len);

/*
 * Remove the next element from the front of `in`. Sets `value` to its value, or
 * `element` to the whole element, of any tag. -EINVAL, without a sentence:
 * there is no element of that tag, or its length is not minimal or exceeds
 * `in`.
 */
int der_read(struct der_view *in, uint8_t tag, struct der_view *value);
int der_read_whole(struct der_view *in, struct der_view *element);
/*
 * Sets the `len` bytes of `number`, big-endian, from a positive, minimal
 * INTEGER. -EINVAL, also when it is longer.
 */
int der_read_unsigned(struct der_view *in, uint8_t *number, size_t len);
