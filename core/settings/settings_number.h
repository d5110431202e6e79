/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as text, and back to terms. */
#ifndef NK_SETTINGS_NUMBER_H
#define NK_SETTINGS_NUMBER_H

#include "bytes.h"
#include "etf.h"

/* Decimal digits of an integer of any size, appended. */
int number_put_integer(struct bytes *text, const struct etf_node *node);
/* The shortest digits that read back as the same number: 0.1, -2.5, 1.0e300. */
int number_put_float(struct bytes *text, double value);

/* The whole of `text` as a term, appended. -EINVAL; -EFBIG: could never fit. */
int number_parse_integer(const char *text, size_t len, struct bytes *term);
int number_parse_float(const char *text, size_t len, struct bytes *term);

#endif
