/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of the system about files that fail, for tests. Linked with --wrap (see
 * CMakeLists.txt), so that the project's own calls come here.
 */
#ifndef NK_FAILING_CALLS_H
#define NK_FAILING_CALLS_H

#include <stdbool.h>

enum call_fault {
	CALL_FAILS = 1, /* with EIO */
	/* Reads and writes alone, which are then to be gone on with. */
	CALL_IS_INTERRUPTED,
	CALL_IS_SHORT,
};

/* From now on the `at`th call (1 is the next) that this can happen to. */
void calls_begin(enum call_fault fault, unsigned long at);
/* All is well again. Whether it happened. */
bool calls_end(void);

#endif
