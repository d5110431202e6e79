/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open files, and how many there may be. Each user has a bound, and there is
 * one for all, of which root, the owner and the group keep a quarter.
 */
#ifndef NK_HANDLES_H
#define NK_HANDLES_H

#include <fcntl.h>

#include "inodes.h"

struct user;

struct handle {
	struct handle *next, **link; /* of all */
	struct inode *inode;	     /* pinned */
	struct user *user;
	bool member;
	uid_t uid; /* who has opened it */
	int flags;
	struct content *content; /* what is read, or the reply */
	size_t cursor;		 /* in the reply */
	off_t reply_at;		 /* its place behind the request */
	void *open;		 /* the chip's thread's, of settings/ */
};

#define HANDLE_BUCKETS 64

struct handles {
	struct handle *first;
	struct user *users[HANDLE_BUCKETS];
	unsigned int strangers, all;
};

/* -ENFILE: the bound is reached; -ENOMEM. */
int handle_new(struct handles *handles, struct inode *inode, uid_t uid,
	       bool member, struct handle **handle);
void handle_free(struct handles *handles, struct inodes *inodes,
		 struct handle *handle);
/* Whether a stranger could open no more. */
bool handles_are_short(const struct handles *handles);

static inline bool handle_can_write(const struct handle *handle)
{
	return (handle->flags & O_ACCMODE) != O_RDONLY;
}

#endif
