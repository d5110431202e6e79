/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The node table: a mounted file is one row and one or two small functions
 * beside it. Rows are in nodes_*.c, one file for each kind; nodes.c puts them
 * together and finds them.
 *
 * A row without `load`, `fill` and `run` cannot be read, one without `run` and
 * `put` cannot be written.
 */
#ifndef NK_NODES_H
#define NK_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "bytes.h"
#include "fs.h"

/* An open file, or a path that is looked at. */
struct place {
	struct fs *fs;
	const struct node *node;
	const char *name; /* of a child of a changing directory, else "" */
	uid_t uid;	  /* the caller's */
	uid_t opener;	  /* of the file that it goes through, if one is open */
	void *open;	  /* what `opened` left; NULL when it is not open */
};

typedef int (*node_each)(void *context, const char *name);

/* Directories whose children change. `name` is a child's. */
struct directory {
	/* The row of a child that is, or may be made; -ENOENT. */
	int (*lookup)(struct fs *fs, const char *name,
		      const struct node **child);
	int (*list)(struct fs *fs, node_each each, void *context);
	/* NULL where names are fixed. */
	int (*remove)(struct fs *fs, const char *name);
	int (*rename)(struct fs *fs, const char *from, const char *to,
		      unsigned int flags);
};

/* An extended attribute. */
struct attribute {
	const char *name;
	int (*get)(const struct place *at, const char **value);
	int (*set)(const struct place *at, const char *value);
};

struct node {
	const char *path; /* from the mount; for children, up to their names */
	mode_t mode;
	unsigned int needs; /* bits 1 << enum nerveskey_feature */
	unsigned int which; /* item, for functions that serve many rows */

	/* What is known without waiting: st_size, perhaps st_mtim. */
	int (*stat)(const struct place *at, struct stat *st);
	/* The content as a reader has it: once at open, or `live`. */
	int (*load)(const struct place *at, struct bytes *content);
	bool live;
	/* Whether the kernel may keep what it has read. */
	bool (*is_final)(const struct place *at);
	/* An endless file: bytes given, or -errno. */
	ssize_t (*fill)(const struct place *at, uint8_t *data, size_t len);

	/* One write is one request; the reply is read from the same handle. */
	int (*run)(const struct place *at, const struct bytes *request,
		   struct bytes *reply);
	/* Bytes at an offset, all or none. */
	int (*put)(const struct place *at, const uint8_t *data, size_t len,
		   off_t offset);
	/* NULL: any size is accepted and means nothing. */
	int (*resize)(const struct place *at, off_t size);
	/* Make what is only in memory last; NULL: there is nothing like that. */
	int (*settle)(const struct place *at);

	/* `flags` of open(2); sets at->open if it wants to. */
	int (*opened)(struct place *at, int flags);
	/* A descriptor was closed; others may be open still. */
	void (*flushed)(const struct place *at, int flags);
	void (*closed)(const struct place *at, int flags);

	const struct directory *directory;
	const struct attribute *attribute;
	/* Mode, owner and times are accepted and not kept: cp -p, install. */
	bool takes_attributes;
};

struct node_rows {
	const struct node *rows;
	size_t count;
};

extern const struct node_rows item_nodes, request_nodes, signature_nodes,
	settings_nodes, slot_nodes, provision_nodes;

/* -ENOENT, or what a directory's lookup says. `path` must outlive `at`. */
int nodes_find(struct fs *fs, const char *path, struct place *at);
/* The names in a directory. */
int nodes_list(const struct place *at, node_each each, void *context);
/* The changing directory that a path is in, and the name there; -EPERM. */
int nodes_parent(struct fs *fs, const char *path,
		 const struct directory **directory, const char **name);
int node_stat(const struct place *at, struct stat *st);
bool node_can_read(const struct node *node);
bool node_can_write(const struct node *node);

#endif
