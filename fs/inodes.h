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
	struct inode *next; /* in its bucket */
	const struct node *node;
	unsigned int param;
	char *name;    /* for a child of "*" or of settings/, else NULL */
	uint64_t file; /* the number of a file of settings/ */
	uint64_t number;
	uint64_t lookups;  /* lookups minus forgets of the kernel */
	unsigned int pins; /* handles and requests that use it */
	/* The content that the kernel may have in its pages; NULL: none. */
	struct content *content;
	off_t end;	 /* where the reply of a private node ends */
	bool stale_told; /* an open of it got ESTALE */
	bool is_shown;	 /* the content was stored in the kernel's pages */
};

struct user;

struct handle {
	struct handle *next, **link; /* the list of all handles */
	struct inode *inode;	     /* pinned */
	bool member;
	uid_t uid; /* the user who opened it */
	int flags;
	struct content *content; /* what is read, or the reply */
	size_t cursor;		 /* in the reply */
	void *open;		 /* of settings/, for the chip's thread */
};

#define INODE_BUCKETS 256
#define USER_BUCKETS  64

struct inodes {
	struct inode root;
	struct inode *buckets[INODE_BUCKETS];
	struct handle *first_handle;
	struct user *users[USER_BUCKETS]; /* users with open files */
	unsigned int opened_by_strangers, opened;
};

void inodes_init(struct inodes *inodes);
void inodes_free(struct inodes *inodes);

/* Which file it is; the fields are as in struct inode. */
struct inode_key {
	const struct node *node;
	unsigned int param;
	const char *name;
	uint64_t file;
};

/*
 * Find or make the node of a version of a file. `content` is NULL if it is not
 * known or there is none. Returns NULL without memory. The caller counts a lookup, or pins the node.
 */
struct inode *inodes_get(struct inodes *inodes, const struct inode_key *key,
			 struct content *content);
/* A number for st_ino. */
uint64_t inode_number(const struct node *node, unsigned int param,
		      const char *name, uint64_t file);
void inode_pin(struct inode *inode);
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
