/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request to the chip's thread. The front makes it, hands it over by
 * queue_put(), and gets it back from queue_finished(). In between the chip's
 * thread owns it, except for the fields of the front.
 */
#pragma once

#include <fuse_lowlevel.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "bytes.h"

struct chip;
struct front;
struct handle;
struct inode;
struct node;
struct request;

/*
 * If it returns -EREMCHG, it has changed nothing, and is called once more when
 * what it lacked is known: see nerveskey_catch_up().
 */
typedef int chip_work(struct chip *chip, struct request *request);
typedef void front_work(struct front *front, struct request *request);

struct request {
	struct request *next; /* in the queue, or among the finished */

	/* What to do; see front_ask(). */
	chip_work *work;
	const char *verb; /* for the log */
	const struct node *node;
	unsigned int param; /* the number in the path */
	const char *name;   /* of a child of a changing directory, or "" */
	const char *target; /* the new name of a rename */
	struct bytes data;  /* what was written */
	off_t offset;
	size_t size;
	int flags;	     /* of open(2) or renameat2(2) */
	void *open;	     /* an open file of settings/, from node->open */
	bool by_root;	     /* root writes, and root has opened the file */
	fuse_ino_t store_in; /* also store the reply in this node's pages */

	/* Its place in the queue, and its time. */
	uid_t uid;
	bool member;  /* root, the owner, or the group */
	bool first;   /* before all others */
	bool surely;  /* run it although no process waits */
	bool quiet;   /* it changes nothing that is published */
	bool changes; /* the chip: once begun, a signal does not end it */
	unsigned int limit_ms; /* once begun, it is answered by then */

	/* The result. */
	int err;
	struct bytes reply;

	/* Fields of the queue. */
	uint64_t turn;		   /* in its rank */
	_Atomic uint64_t begun_ms; /* CLOCK_MONOTONIC; 0: it waits */

	/* Fields of the front. */
	struct request *newer; /* in the list of requests under way */
	uint64_t asked_ms;
	bool parked;	/* not queued: it waits until a writer has closed */
	fuse_req_t req; /* NULL: it was answered, or no process waits */
	struct inode *inode;
	struct handle *handle;
	/* Answers; see front_has_failed(). NULL: the answer is the error. */
	front_work *done;
	char text[]; /* the names */
};
