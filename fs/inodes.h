/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes, by which the kernel knows files: each version of a file's content has a
 * node of its own, so that the kernel's pages of one version never show another.
 * All versions of a file have the same st_ino.
 *
 * Also open files. Their number is bounded for each user and for all users
 * together; a quarter of the latter is reserved for root, the owner and the group.
 */
#pragma once

#include <fcntl.h>

#include "nodes.h"

struct inode {
	/* Which file it is. */
	const struct node *node;
	unsigned int param;
	const char *name; /* for a child of "*", else NULL */
	uint64_t file;	  /* the number of a file of settings/ */
	/* The content that the kernel may have in its pages; NULL: none. */
	struct content *content;

	struct inode *next; /* in its bucket */
	uint64_t number;    /* its st_ino */
	uint64_t lookups;   /* lookups minus forgets of the kernel */
	unsigned int pins;  /* handles and requests that use it */
	off_t end;	    /* where the reply of a private node ends */
	bool stale_told;    /* an open of it got ESTALE */
	bool is_shown;	    /* the content was stored in the kernel's pages */
};

struct handle {
	struct handle *next, **link; /* the list of all handles */
	struct inode *inode;	     /* pinned */
	bool member;
	uid_t uid; /* the user who opened it */
	bool writes;
	struct content *content; /* what is read, or the reply */
	size_t cursor;		 /* in the reply */
	void *open;		 /* of settings/, for the chip's thread */
};

#define INODE_BUCKETS 256

struct inodes {
	struct inode root;
	struct inode *buckets[INODE_BUCKETS];
	struct handle *first_handle;
	unsigned int opened_by_strangers, opened;
};

void inodes_init(struct inodes *inodes);
/* After unmounting, because the kernel then sends no FORGET. */
void inodes_free(struct inodes *inodes);

/*
 * Find the node of the version of a file that `what` tells by its first fields, or
 * make it. NULL: no memory. The caller counts a lookup, or pins the node.
 */
struct inode *inodes_get(struct inodes *inodes, const struct inode *what);
/* A number for st_ino. */
uint64_t inode_number(const struct inode *what);
/* Undo an increment of inode->pins. */
void inode_unpin(struct inodes *inodes, struct inode *inode);
/* Subtract `count` lookups, which the kernel has forgotten. */
void inode_forget(struct inodes *inodes, struct inode *inode, uint64_t count);

/* Sets *handle. -ENFILE: too many files are open. -ENOMEM. */
int handle_new(struct inodes *inodes, struct inode *inode, uid_t uid,
	       bool member, struct handle **handle);
void handle_free(struct inodes *inodes, struct handle *handle);
/* Whether users other than root, owner and group can open no more files. */
bool handles_are_short(const struct inodes *inodes);

static inline bool is_writer(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}
