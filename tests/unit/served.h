/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_SERVED_H
#define NK_SERVED_H

#include "reread.h"

/* As fs/chip.c runs a request. */
#define served(key, run)                                  \
	({                                                \
		int err_;                                 \
		do                                        \
			err_ = (run);                     \
		while (nerveskey_catch_up((key), &err_)); \
		err_;                                     \
	})

#endif
