/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's side of the front, without a mount: what libfuse calls for it and
 * what it calls of libfuse (linked with --wrap, see CMakeLists.txt). The chip's
 * thread does not run beside the test but when kernel_settle() wants it.
 */
#pragma once

#include "front.h"

struct fuse_req {
	unsigned int answers; /* must be 1 in the end */
	int err;	      /* 0, or a positive error */
	size_t len;	      /* of what was read */
	char data[4096];
	fuse_interrupt_func_t interrupt;
	void *interrupt_data;
};

enum trouble {
	TROUBLE_NONE,
	TROUBLE_GONE,	 /* the process does not take the reply any more */
	TROUBLE_WAITING, /* a signal while the request waits for the chip */
	TROUBLE_RUNNING, /* a signal while the chip's thread serves it */
};

extern struct front kernel_front;

/* Serve the chip of `key`, which it then owns. */
void kernel_begin(struct nerveskey *key);
void kernel_end(void);

/* Place number `at` from now (1 is the next) where it can happen has it. */
void trouble_begin(enum trouble trouble, unsigned long at);
/* No more trouble. Returns whether it has happened. */
bool trouble_end(void);

/* A process calls; it is in the front's group, but is not its owner. */
fuse_req_t kernel_call(void);
/* Let the chip's thread and the front do all that there is to do. */
void kernel_settle(void);
/* Whether the chip's thread could not publish since the last kernel_close(). */
bool kernel_is_stale(void);
/* The node and handle of the last reply that had one; 0: there is none. */
fuse_ino_t kernel_node(void);
uint64_t kernel_handle(void);
/* Close the handle that was opened last. */
void kernel_release(void);
/* Close what is open and forget all nodes. */
void kernel_close(void);
