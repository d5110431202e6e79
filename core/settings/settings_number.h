/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers to text and back. */
#pragma once

#include "bytes.h"
#include "etf.h"

/* Appends the decimal digits of an integer of any size. -ENOMEM. */
int number_put_integer(struct bytes *text, const struct etf_node *node);
/*
 * Appends the shortest text that parses to the same number: 0.1, -2.5, 1.0e300.
 * -ENOMEM.
 */
int number_put_float(struct bytes *text, double value);

/*
 * Both append the term of a number, which is all of `text`. -EINVAL: not such a
 * number; -EFBIG: more digits than a chip has room for. Of an integer it is also
 * term->err.
 */
int number_parse_integer(struct bytes *term, const char *text, size_t len);
int number_parse_float(struct bytes *term, const char *text, size_t len);
