/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bytes.h"

/*
 * Sets `der` to the first PEM block of that label, decoded. 0, -EINVAL (there is
 * none, or its base64 is bad), -ENOMEM.
 */
int pem_decode(const struct bytes *text, const char *label, struct bytes *der);
