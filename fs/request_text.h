/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_REQUEST_TEXT_H
#define NK_REQUEST_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/*
 * A value of a fixed length as programs write it: `len` raw bytes, or 2 * len
 * hex digits of either case, with white space and then anything after them, so
 * that a line of sha256sum(1) is one. -EINVAL, `value` is then untouched;
 * `what` names it for people.
 */
int request_value(const struct bytes *request, const char *what, uint8_t *value,
		  size_t len);

#endif
