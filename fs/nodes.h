/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The node table: a mounted file is one row and one or two small functions
 * beside it. Rows are in nodes_*.c, one file for each kind; nodes.c puts them
 * together and finds them.
 *
 * A "#" in a path stands for a number, the parameter of that row and of those
 * below it (elsewhere it is 0); a "*" at its end for a name that `match` knows. A row without `known`, `render`, `load`, `fill` and
 * `run` cannot be read, one without `run` and `put` cannot be written.
 *
 * Functions that get a struct chip run on the chip's thread, all others on the
 * front.
 */
#ifndef NK_NODES_H
#define NK_NODES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "cache.h"
#include "chip.h"
#include "request.h"
#include "view.h"

/* How long what was seen of a chip is believed. */
#define BELIEVED_MS 1000

/* What changing directories add: names that come and go. */
struct directory {
	const struct node *child;
	chip_work *load; /* the names, before they are listed */
	chip_work *find; /* the same, before one of them is missed */
	chip_work *remove, *rename;
};

struct node {
	const char *path; /* from the mount */
	mode_t mode;
	unsigned int needs; /* bits 1 << enum nerveskey_feature */
	unsigned int which; /* item, for functions that serve many rows */
	off_t size;	    /* when it is always the same */

	/* Of rows with "#" or "*": whether there is such a one. */
	bool (*exists)(const struct view *view, unsigned int param);
	bool (*match)(const char *name);

	/* The content as far as it is known: borrowed, or NULL. */
	struct content *(*known)(const struct view *view,
				 const struct node *node, unsigned int param);
	/* The chip was asked for it, and holds none. */
	bool (*is_missing)(const struct view *view, const struct node *node,
			   unsigned int param);
	/* Made of what is counted, at each lookup. */
	int (*render)(const struct nerveskey_counts *counts,
		      struct bytes *text);
	/*
	 * Sets the reply to the content: with `known`, when that is NULL; without,
	 * at each open, and at each read of who may write as well.
	 */
	chip_work *load;
	/*
	 * Whether what is known is too old to be opened, and what makes it new.
	 * NULL: it is never too old.
	 */
	bool (*is_old)(const struct view *view);
	chip_work *renew;

	/* An endless file: request->size bytes. */
	chip_work *fill;
	/* One write is one request; the reply is read from the same handle. */
	chip_work *run;
	/* Its reply is the user's, for who opens it for reading only. */
	bool keeps_latest;
	/* request->data at request->offset, all or none. */
	chip_work *put;
	unsigned int put_ms; /* how long that may take */
	/* For who opens to write, truncate or create: sets request->open. */
	chip_work *open, *close;
	/* request->offset is the size. NULL: any is accepted, and means nothing. */
	chip_work *resize;
	/* Make what is only in memory last. */
	chip_work *settle;
	/* The attribute user.nerveskey.type becomes request->data. */
	chip_work *set_type;
	/* One process at a time has it open for writing. */
	bool one_writer;

	/* Each LOOKUP gives a node of its own: what is read is one caller's. */
	bool is_private;
	/* What is known may be another at the next lookup. */
	bool is_volatile;
	/* Mode, owner and times are accepted and not kept: cp -p, install. */
	bool takes_attributes;
	const struct directory *directory;
};

struct node_rows {
	const struct node *rows;
	size_t count;
};

/* Which key a row is about: N in keys/N/, or that of the files at the top. */
unsigned int request_key(const struct request *request);

extern const struct node_rows item_nodes, request_nodes, signature_nodes,
	settings_nodes, slot_nodes, provision_nodes;
extern const struct node root_node;

/* A child of `parent` (whose parameter is `param`) that exists; -ENOENT. */
int nodes_find(const struct view *view, const struct node *parent,
	       unsigned int param, const char *name, const struct node **child,
	       unsigned int *child_param);
/*
 * The names in a directory that are known by their rows. Those of a "*" are not
 * among them.
 */
int nodes_list(const struct view *view, const struct node *parent,
	       unsigned int param, int (*each)(void *context, const char *name),
	       void *context);
/* One number for each row, from 1 on. */
unsigned int node_number(const struct node *node);

bool node_can_read(const struct node *node);
bool node_can_write(const struct node *node);

/* Rows of what a look at the chip makes new. */
bool look_is_due(const struct view *view);
/* The same for what comes from slots that others may write. */
bool look_at_slots_is_due(const struct view *view);
chip_work look_again;

#endif
