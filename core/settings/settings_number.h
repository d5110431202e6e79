/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers to decimal text and back. Each appends, and returns -errno or 0. */
#pragma once

#include "etf.h"

int number_put_integer(struct bytes *text, const struct etf_node *node);
/* The shortest text that parses to the same number: 0.1, -2.5, 1.0e300. */
int number_put_float(struct bytes *text, double value);

/*
 * All of `text` is the number, and no digit follows it. -EINVAL: it is none; -EFBIG: it has more digits
 * than a chip has room for. Of an integer it is also term->err.
 */
int number_parse_integer(struct bytes *term, const char *text, size_t len);
int number_parse_float(struct bytes *term, const char *text, size_t len);
