/* SPDX-License-Identifier: Apache-2.0 */
/* PEM blocks (RFC 7468). */
#pragma once

#include <stdbool.h>

#include "der.h"

/* Longer texts are not searched. Bytes. */
#define PEM_MAX (64 * 1024)

/*
 * Sets `body` to what is between the two markers of the first block of `label`.
 * Returns false when there is none; blocks of other labels are ignored.
 */
bool pem_find(const struct bytes *pem, const char *label,
	      struct der_view *body);
/*
 * Sets `der` to the content of the first such block. -EINVAL with the reason.
 */
int pem_decode(const struct bytes *pem, const char *label, struct bytes *der);
/*
 * Appends a block with 64 characters a line. Leaves no copy of the content in
 * memory.
 */
int pem_encode(const struct bytes *der, const char *label, struct bytes *pem);
