/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thing that the chip's thread is asked to do. The front makes it, hands it
 * over by queue_put(), and has it back from queue_finished(); in between it is
 * the chip's thread's, but for what is said to be the front's.
 */
#ifndef NK_REQUEST_H
#define NK_REQUEST_H

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
 * One that returns -EREMCHG has changed nothing, and is called once more when
 * what it lacked is known: see nerveskey_catch_up().
 */
typedef int chip_work(struct chip *chip, struct request *request);
typedef void front_work(struct front *front, struct request *request);

struct request {
	struct request *next;

	/* What is asked; see front_ask(). */
	chip_work *work;
	const char *verb; /* for people */
	const struct node *node;
	unsigned int param; /* the number in the path */
	const char *name;   /* of a child of a changing directory, or NULL */
	const char *target; /* where it is renamed to */
	struct bytes data;  /* what was written */
	off_t offset;
	size_t size;
	int flags;	     /* of open(2), renameat2(2) */
	void *open;	     /* what `open` left of a file of settings/ */
	bool by_root;	     /* it has opened the file, too */
	uint64_t file;	     /* settings_dir's number of it; 0: by name */
	fuse_ino_t store_in; /* the reply goes into this node's pages, too */

	/* Whose turn it takes, and how long. */
	uid_t uid;
	bool member;	       /* root, the owner, or the group */
	bool first;	       /* before all others */
	bool surely;	       /* nobody waits, and it is done all the same */
	bool quiet;	       /* it makes nothing known */
	bool changes;	       /* once begun, a signal does not end it */
	unsigned int limit_ms; /* once begun, it is answered by then */

	/* What came of it. */
	int err;
	char reason[256];
	struct bytes reply;

	/* The queue's, under its lock. */
	enum { REQUEST_NEW, REQUEST_WAITS, REQUEST_RUNS, REQUEST_DONE } state;
	uint64_t turn; /* among those of its class */
	uint64_t begun_ms;

	/* The front's. */
	struct request *older, *newer; /* of those that are under way */
	uint64_t asked_ms;
	bool parked;	/* not asked yet: it waits for a release */
	fuse_req_t req; /* NULL: it was answered, or nobody asked */
	struct inode *inode;
	struct handle *handle;
	/* Answers. NULL: there is nothing to say but that it is done. */
	front_work *done;
	/* Also when it has failed, and when nobody waits any more. */
	bool done_anyway;
	char text[]; /* the names */
};

#endif
