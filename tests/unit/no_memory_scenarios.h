/* SPDX-License-Identifier: Apache-2.0 */
/* Operations to run while there is no memory. */
#pragma once

#include "key_bench.h"

#define SCENARIOS_MAX 32

struct scenario {
	const char *name, *image;
	/* 0 or -errno. It frees what it has made. */
	int (*run)(struct nerveskey *key);
	enum { CHANGES_NOTHING, CHANGES_SETTINGS, CHANGES_MUCH } changes;
	bool opens; /* memory is refused during opening too */
	bool once;  /* -EPERM the second time */
};

extern const struct scenario scenarios[];
extern const size_t scenario_count;

/* Load the golden files, and free them. */
void scenarios_begin(void);
void scenarios_end(void);

/* From no_memory_files.c. */
int run_files(struct nerveskey *key);
int run_moves(struct nerveskey *key);
