/* SPDX-License-Identifier: Apache-2.0 */
/* PEM (RFC 7468) blocks; what is not of the label is passed over. */
#ifndef NK_PEM_H
#define NK_PEM_H

#include <stdbool.h>

#include "der.h"

/* The longest text that is looked at. */
#define PEM_MAX (64 * 1024)

/* First block of `label` in `pem`, with its two marker lines; false when there is none. */
bool pem_find(const struct bytes *pem, const char *label,
	      struct der_view *block);
/* Its content into `der`. -EINVAL with the reason. */
int pem_decode(const struct bytes *pem, const char *label, struct bytes *der);
/* Appended to `pem`, 64 characters a line. Leaves no copy behind. */
int pem_encode(const struct bytes *der, const char *label, struct bytes *pem);

#endif
