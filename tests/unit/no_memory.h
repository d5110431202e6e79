/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that runs out. The project's calls of malloc() and others come here
 * (linked with --wrap, see CMakeLists.txt), and those of jansson by its hooks. Requests of the simulator are always granted.
 */
#pragma once

#include <stdbool.h>

/* Whose requests can be refused. */
enum no_memory_for {
	NO_MEMORY_OURS = 1,
	NO_MEMORY_LIBRARIES = 2, /* jansson */
};

/*
 * Refuse request number `at` from now (1 is the next), and with `for_ever` all
 * later ones too.
 */
void no_memory_begin(enum no_memory_for whose, unsigned long at, bool for_ever);
/* Grant all requests again. Returns whether one was refused. */
bool no_memory_end(void);
