/* SPDX-License-Identifier: Apache-2.0 */
/* Begin a session as core/nerveskey does: look for the chip if necessary. */
#pragma once

#include <errno.h>

#include "atecc.h"
#include "find.h"

static inline int begin(struct atecc *chip, unsigned int deadline_ms)
{
	int err = atecc_begin(chip, deadline_ms);

	return err == -EAGAIN ? atecc_find(chip) : err;
}
