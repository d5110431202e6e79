/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes for layers that do not see GnuTLS. 0, -ENOMEM or -EIO. */
#pragma once

#include <stddef.h>
#include <stdint.h>

int crypto_sha256(const void *data, size_t len, uint8_t digest[static 32]);
int crypto_sha1(const void *data, size_t len, uint8_t digest[static 20]);
