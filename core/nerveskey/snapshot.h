/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a chip at one moment, for other threads: it never changes
 * once it is made, and lives as long as somebody has a reference.
 */
#ifndef NK_SNAPSHOT_H
#define NK_SNAPSHOT_H

#include "content.h"
#include "enter.h"
#include "items.h"

struct operation_stats {
	uint64_t done, failed, total_us, longest_us;
};

/* For metrics. */
struct nerveskey_counts {
	struct operation_stats operations[OP_COUNT];
	uint64_t commands, eeprom_writes, retries, wakes, crc_errors, naks;
	uint64_t hits, misses; /* of what is cached */
	bool present;
};

struct nerveskey_snapshot {
	_Atomic unsigned int references;
	uint64_t chip_number; /* another one for another chip */
	uint64_t seen_ms; /* CLOCK_MONOTONIC, of the last look at the chip */
	/* Before that a look is not worth its time; UINT64_MAX: never. */
	uint64_t look_ms;
	unsigned int features; /* bits 1 << enum nerveskey_feature */
	unsigned int slots;    /* bits: those that are free */
	unsigned int readable; /* bits: slots that may only be read */
	unsigned int keys;     /* bits: slots that keys/ has */
	bool present;
	bool looked_at; /* for all that status says */
	struct content *item[NERVESKEY_ITEM_COUNT]; /* NULL: not known */
	bool missing[NERVESKEY_ITEM_COUNT]; /* the chip was asked in vain */
	struct content *provision[2];	    /* by enum nerveskey_provision */
	struct nerveskey_counts counts;
};

/* What is known now. -ENOMEM. The caller drops it with snapshot_unref(). */
int nerveskey_snapshot(struct nerveskey *key,
		       struct nerveskey_snapshot **snapshot);
void snapshot_unref(struct nerveskey_snapshot *snapshot); /* NULL is fine */

#endif
