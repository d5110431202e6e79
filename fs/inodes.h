/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel knows of files by a number: a node for each version of a
 * content, so that what it keeps of one is never another's. All versions of a
 * file have the same st_ino. And open files, and how many there may be: each user
 * has a bound, and there is one for all, of which root, the owner and the group
 * keep a quarter.
 */
#ifndef NK_INODES_H
#define NK_INODES_H

#include <fcntl.h>

#include "nodes.h"

struct inode {
	struct inode *next; /* in its bucket */
	const struct node *node;
	unsigned int param;
	char *name;    /* of a child of "*" or of settings/, else NULL */
	uint64_t file; /* of settings/: its number */
	uint64_t number;
	uint64_t lookups;  /* that the kernel has not taken back */
	unsigned int pins; /* handles and requests that use it */
	/* What the kernel may keep of it; NULL: nothing yet. */
	struct content *content;
	off_t end;	 /* of a private node: where its reply ends */
	bool stale_told; /* an open was answered ESTALE */
	bool is_shown;	 /* the content was put into the kernel's pages */
	/* Of a child of "*". */
	unsigned int place;   /* among the names */
	struct inode *parent; /* pinned */
};

struct user;

struct handle {
	struct handle *next, **link; /* of all */
	struct inode *inode;	     /* pinned */
	bool member;
	uid_t uid; /* who has opened it */
	int flags;
	struct content *content; /* what is read, or the reply */
	size_t cursor;		 /* in the reply */
	void *open;		 /* the chip's thread's, of settings/ */
};

#define INODE_BUCKETS 256
#define USER_BUCKETS  64
/* How many names of "*" the kernel may keep. */
#define INODE_NAMES_KEPT 1024
/*
 * How many are remembered, while the chip's thread has no time to have them
 * forgotten. The kernel keeps the names beyond these until memory is short.
 */
#define INODE_NAMES 4096

struct inodes {
	struct inode root;
	struct inode *buckets[INODE_BUCKETS];
	struct inode *names[INODE_NAMES]; /* a ring: the latest of "*" */
	unsigned int oldest_name, next_name;
	struct handle *first_handle;
	struct user *users[USER_BUCKETS]; /* who have something open */
	unsigned int opened_by_strangers, opened;
};

void inodes_init(struct inodes *inodes);
void inodes_free(struct inodes *inodes);

/*
 * The node of a file's version, found or made; `content` NULL: it is not known,
 * or has none. `file` and `name` as in the struct. NULL: no memory. The caller
 * counts the lookup, or pins it.
 */
struct inode *inodes_get(struct inodes *inodes, const struct node *node,
			 unsigned int param, const char *name, uint64_t file,
			 struct content *content);
/*
 * The oldest node of "*" when there are more than INODE_NAMES_KEPT, else NULL. It
 * stays the oldest until it is passed.
 */
struct inode *inodes_surplus(struct inodes *inodes);
void inodes_pass_surplus(struct inodes *inodes);
/* Where the kernel knows its name from; it stays there as long. */
void inode_set_parent(struct inode *inode, struct inode *parent);
/* A number for st_ino. */
uint64_t inode_number(const struct node *node, unsigned int param,
		      const char *name, uint64_t file);
void inode_pin(struct inode *inode);
void inode_unpin(struct inodes *inodes, struct inode *inode);
/* The kernel has looked it up so many times less. */
void inode_forget(struct inodes *inodes, struct inode *inode, uint64_t count);

/* -ENFILE: the bound is reached; -ENOMEM. */
int handle_new(struct inodes *inodes, struct inode *inode, uid_t uid,
	       bool member, struct handle **handle);
void handle_free(struct inodes *inodes, struct handle *handle);
/* Whether a stranger could open no more. */
bool handles_are_short(const struct inodes *inodes);

static inline bool is_writer(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}

#endif
