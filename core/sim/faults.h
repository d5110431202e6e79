/* SPDX-License-Identifier: Apache-2.0 */
/* Planned faults, by transfer or command. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Counted in transfers, the first being 1. README.md describes each. */
enum fault_kind {
	FAULT_NAK,
	FAULT_CRC,
	FAULT_SHORT,
	FAULT_BUSY,
	FAULT_HANG,
	FAULT_STUCK,
	FAULT_LATCH07,
	FAULT_LATCH08,
	FAULT_SWAP,
	FAULT_GONE,
	/* Those from here on are counted in commands. */
	FAULT_CUT_BEFORE,
	FAULT_CUT_TORN,
	FAULT_CUT_AFTER,
};

struct fault {
	enum fault_kind kind;
	uint64_t at;
	char *argument; /* the text after '='; NULL: none */
};

struct faults {
	struct fault *list;
	size_t count;
};

/*
 * Adds faults KIND@N[=ARGUMENT], joined by '+'. N counts from `transfers` and
 * `commands`. -EINVAL with a sentence; no fault is then added.
 */
int faults_add(struct faults *faults, const char *text, uint64_t transfers,
	       uint64_t commands);
void faults_clear(struct faults *faults);

/* Returns the fault of `kind` that is due at `at`, or NULL. */
const struct fault *faults_at(const struct faults *faults, enum fault_kind kind,
			      uint64_t at);
