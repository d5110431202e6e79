/* SPDX-License-Identifier: Apache-2.0 */
/* Open the golden signers. */
#pragma once

#include "golden.h"

#include "signer.h"

#define NOW 1795300000 /* 2026-11-21 22:26:40 UTC */

void assert_ok(int err);
int open_pem(const struct bytes *cert, const struct bytes *key,
	     struct signer **signer);
/* Open a signer of tests/golden/signers/. */
struct signer *open_golden(const char *name);
