/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "reread.h"

/* Run a request as fs/chip.c does. */
#define served(key, run)                                  \
	({                                                \
		int err_;                                 \
		do                                        \
			err_ = (run);                     \
		while (nerveskey_catch_up((key), &err_)); \
		err_;                                     \
	})
