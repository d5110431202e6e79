/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of a chip at one moment, for other threads. A snapshot never
 * changes, and is freed with the last reference.
 */
#pragma once

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
	uint64_t hits, misses; /* of the cache */
	uint64_t present;      /* 0 or 1 */
};

struct nerveskey_snapshot {
	_Atomic unsigned int references;
	uint64_t chip_number; /* see nerveskey_chip_number() */
	/* CLOCK_MONOTONIC: when the serial and the locks were read last. */
	uint64_t looked_ms;
	uint64_t slots_ms; /* the same for slots that others may write */
	/* CLOCK_MONOTONIC: when to look at it again; UINT64_MAX: never. */
	uint64_t look_ms;
	unsigned int features; /* bits 1 << enum nerveskey_feature */
	unsigned int slots;    /* bits: the free slots */
	unsigned int readable; /* bits: slots that can only be read */
	unsigned int keys;     /* bits: the slots of keys/ */
	bool present;
	bool looked_at; /* all that status shows is known */
	struct content *item[NERVESKEY_ITEM_COUNT]; /* NULL: not known */
	bool missing[NERVESKEY_ITEM_COUNT];	    /* the chip has none */
	struct content *provision[2]; /* by enum nerveskey_provision */
	struct content *status;
	struct nerveskey_counts counts;
};

/* Sets *snapshot, which the caller drops with snapshot_unref(). -ENOMEM. */
int nerveskey_snapshot(struct nerveskey *key,
		       struct nerveskey_snapshot **snapshot);
/* Drops a reference; NULL does nothing. */
void snapshot_unref(struct nerveskey_snapshot *snapshot);

/* Appends `metrics` to `text`. */
int nerveskey_metrics(const struct nerveskey_counts *counts,
		      struct bytes *text);
