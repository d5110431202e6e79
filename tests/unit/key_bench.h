/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated chips for tests of nerveskey.h: their files and images, operations
 * on them, and their state. A helper that fails ends the test as failed.
 */
#pragma once

#include "golden.h"

#include "cache.h"
#include "chip_settings.h"
#include "free_slots.h"
#include "look.h"
#include "nerveskey.h"
#include "provision_files.h"
#include "served.h"
#include "sign.h"
#include "snapshot.h"
#include "volatile.h"

/* The files of two chips. */
extern char bench_chip[96], bench_other[96];

/* cmocka's group setup and teardown: a directory for them, on a tmpfs if any. */
int bench_begin(void **state);
int bench_end(void **state);

/* Copy an image of tests/golden/chip-images/ to `file`. */
void bench_place(const char *file, const char *image);
/* The content of `file`. json_decref() it. */
json_t *bench_state(const char *file);

/*
 * Open bench_chip on a virtual clock, with more of the simulator's options
 * ("" or beginning with a comma).
 */
int bench_open(const char *options, struct nerveskey **key);
/* The same with the chip in `file`. */
int bench_open_file(const char *file, const char *options,
		    struct nerveskey **key);
struct nerveskey *bench_must_open(const char *options);

/*
 * The number of transfers from power-on of a chip with this image to the end of
 * `run`, which must succeed. NULL: to the end of opening.
 */
unsigned int bench_transfers(const char *image,
			     int (*run)(struct nerveskey *key));
/*
 * The same by steps: a simulator option that counts transfers, and their number
 * after the key is closed.
 */
const char *bench_counting(void);
unsigned int bench_counted(void);
/* Try each so many-th transfer only: NK_STRIDE, or 1. */
unsigned int bench_stride(void);
/* Appends what `status` shows, without a look at the chip. */
void bench_status(struct nerveskey *key, struct bytes *text);
/* Sets `options`: so many replies from `at` on are damaged that EIO results. */
void bench_damage(unsigned int at, char options[static 512]);

/* Operations that return 0 or -errno. Their results are dropped. */
int do_get(struct nerveskey *key, enum nerveskey_item item);
int do_status(struct nerveskey *key); /* and metrics */
int do_sign(struct nerveskey *key);
int do_random(struct nerveskey *key); /* 64 bytes */
/* With the base point of P-256. */
int do_ecdh(struct nerveskey *key);
int do_put(struct nerveskey *key, const char *name, const char *text);
int do_remove(struct nerveskey *key, const char *name);
int do_rename(struct nerveskey *key, const char *from, const char *to);
/* All settings at once. */
int do_replace(struct nerveskey *key, const struct bytes *etf);
/* Set `text` or `etf`, from what was read at most a second ago. */
int do_get_setting(struct nerveskey *key, const char *name, struct bytes *text);
int do_get_map(struct nerveskey *key, struct bytes *etf);
/* The setting "server". */
int do_put_server(struct nerveskey *key);
/* Provision serial N1 with the golden signer y31, which also signs the aux. */
int do_provision(struct nerveskey *key);
int do_provision_aux(struct nerveskey *key);
/* For 608b-volatile: open its latch, and derive a key, which needs that. */
int do_activate(struct nerveskey *key);
