/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls on files that fail. The project's own calls come here (linked
 * with --wrap, see CMakeLists.txt).
 */
#pragma once

#include <stdbool.h>

enum call_fault {
	CALL_FAILS = 1, /* with EIO */
	/* Only reads and writes. The caller must go on with them. */
	CALL_IS_INTERRUPTED,
	CALL_IS_SHORT,
};

/* Call number `at` from now (1 is the next) that can have this fault has it. */
void calls_begin(enum call_fault fault, unsigned long at);
/* No call fails any more. Returns whether the fault has happened. */
bool calls_end(void);
