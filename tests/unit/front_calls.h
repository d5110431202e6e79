/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls of the kernel to the front. Each returns its error, 0 for none. They are
 * about the node and the handle of the last reply that had one.
 */
#pragma once

#include "front.h"

/* The error of a call, which is answered once; 0: none. */
int outcome(fuse_req_t req);
int look_up(fuse_ino_t parent, const char *name);
int open_at(fuse_ino_t node, int flags);
int open_node(int flags);
int create(fuse_ino_t parent, const char *name, int flags);
int write_at(const char *text, size_t len, off_t offset);
int write_text(const char *text);
int read_by(bool program, size_t len);
int store(void);
int resize_node(bool by_handle, off_t size);
int touch(void);
int look_at_size(void);
int set_type(const char *type);
int get_type(void);
int rename_in(fuse_ino_t parent, const char *from, const char *to,
	      unsigned int flags);
int remove_in(fuse_ino_t parent, const char *name);
int list(fuse_ino_t directory);

/* One step of a program that changes settings. */
struct step {
	enum {
		STEP_CREATE, /* `name`; `number`: flags */
		STEP_OPEN,   /* the same */
		STEP_WRITE,  /* `name`; `number`: offset */
		STEP_FILL,   /* `number` bytes at offset 0 */
		STEP_READ,   /* `number` bytes */
		STEP_RESIZE, /* to `number` */
		STEP_SHAPE,  /* the same, by the name */
		STEP_TYPE,   /* becomes `to` */
		STEP_RENAME, /* `name` to `to`; `number`: flags */
		STEP_REMOVE, /* `name` */
	} does;
	const char *name, *to;
	int number;
	int err; /* what it must return */
};
