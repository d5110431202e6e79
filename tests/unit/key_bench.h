/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Simulated chips under nerveskey.h: their place, their images, what is done to
 * them and what has become of them. What fails here fails the test.
 */
#ifndef NK_KEY_BENCH_H
#define NK_KEY_BENCH_H

#include "golden.h"

#include "cache.h"
#include "chip_settings.h"
#include "free_slots.h"
#include "get.h"
#include "nerveskey.h"
#include "provision_files.h"
#include "requests.h"
#include "served.h"
#include "sign.h"
#include "snapshot.h"
#include "status.h"
#include "volatile.h"

/* A chip's file, and another one's. */
extern char bench_chip[96], bench_other[96];

/* Their place, in memory where it can be; for cmocka's groups of tests. */
int bench_begin(void **state);
int bench_end(void **state);

/* The chip in `file` is this one of tests/golden/chip-images/. */
void bench_place(const char *file, const char *image);
/* What is in `file`. json_decref() it. */
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
 * How many transfers there are from power-on of a chip with this image to the
 * end of `run`, which is to succeed; NULL: to the end of opening.
 */
unsigned int bench_transfers(const char *image,
			     int (*run)(struct nerveskey *key));
/*
 * The same by steps: an option with which transfers are counted, and, when the
 * key is closed, how many there were.
 */
const char *bench_counting(void);
unsigned int bench_counted(void);
/* From one transfer to the next that is tried: NK_STRIDE, or 1. */
unsigned int bench_stride(void);
/* An option: replies from `at` on are damaged for so long that it is EIO. */
void bench_damage(unsigned int at, char options[static 512]);

/* Operations, 0 or -errno; what they make is thrown away. */
int do_get(struct nerveskey *key, enum nerveskey_item item);
int do_sign(struct nerveskey *key);
int do_random(struct nerveskey *key); /* 64 bytes */
/* With the base point of P-256. */
int do_ecdh(struct nerveskey *key);
int do_put(struct nerveskey *key, const char *name, const char *text);
int do_remove(struct nerveskey *key, const char *name);
int do_rename(struct nerveskey *key, const char *from, const char *to);
/* All settings at once. */
int do_replace(struct nerveskey *key, const struct bytes *etf);
/* These are given out, not older than a second; `text` and `etf` are set. */
int do_get_setting(struct nerveskey *key, const char *name, struct bytes *text);
int do_get_map(struct nerveskey *key, struct bytes *etf);
/* The setting "server". */
int do_put_server(struct nerveskey *key);
/* Serial N1, by the golden signer y31; and its certificates once more. */
int do_provision(struct nerveskey *key);
int do_provision_aux(struct nerveskey *key);
/* Of 608b-volatile: open its latch, and derive a key behind it. */
int do_activate(struct nerveskey *key);

#endif
