/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out, for tests. Linked with --wrap (see CMakeLists.txt), so
 * that the project's own calls of malloc() and its kin come here; jansson's and
 * GnuTLS's come by way of their hooks. What the simulator asks for is not the
 * driver's, and always granted.
 */
#ifndef NK_NO_MEMORY_H
#define NK_NO_MEMORY_H

#include <stdbool.h>

/* Who can be told that there is none. */
enum no_memory_for {
	NO_MEMORY_OURS = 1,
	NO_MEMORY_LIBRARIES = 2, /* jansson and GnuTLS */
};

/*
 * From now on the `at`th request (1 is the next) is refused; with `for_ever`
 * all that follow it too.
 */
void no_memory_begin(enum no_memory_for whose, unsigned long at, bool for_ever);
/* Memory is there again. Whether a request was refused. */
bool no_memory_end(void);

#endif
