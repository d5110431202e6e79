/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The node table: a mounted file is one row, with one or two small functions.
 * Rows are in nodes_*.c, one source for each kind of file; nodes.c finds them.
 *
 * A "#" in a path stands for a number, the parameter of that row and of those
 * below it (elsewhere it is 0); a "*" before its end for names that `match` knows.
 *
 * Functions that get a struct chip run on the chip's thread, all others on the
 * front.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "cache.h"
#include "chip.h"
#include "request.h"
#include "view.h"

/* How long the front uses what was read from the chip before it looks again. */
#define BELIEVED_MS 1000

/* A directory whose names change. */
struct directory {
	const struct node *child;
	chip_work *load; /* reads the names before they are listed */
	chip_work *find; /* the same, before a name is ENOENT */
	chip_work *remove, *rename;
};

struct node {
	const char *path; /* from the mount */
	mode_t mode;
	unsigned int needs; /* bits 1 << enum nerveskey_feature */
	unsigned int which; /* item, for functions that serve many rows */
	off_t size;	    /* if it never changes, else 0 */

	/*
	 * For rows with "#": whether this file exists. For those with "*":
	 * whether it has this name, which ends with `end`.
	 */
	bool (*exists)(const struct view *view, const struct node *node,
		       unsigned int param);
	bool (*match)(const char *name, const char *end);

	/* The content if it is known; borrowed, or NULL. */
	struct content *(*known)(const struct view *view,
				 const struct node *node, unsigned int param);
	/* The chip is known to have no content. */
	bool (*is_missing)(const struct view *view, const struct node *node,
			   unsigned int param);
	/* Appends the content, which is made of counts at each lookup. */
	int (*render)(const struct nerveskey_counts *counts,
		      struct bytes *text);
	/*
	 * Sets the reply to the content. With `known`, only when that returns NULL.
	 * Without, at each open, and at each read by a handle that can write.
	 */
	chip_work *load;
	/*
	 * Whether the known content is too old to be opened, and the function
	 * that reads it again. NULL: it is never too old.
	 */
	bool (*is_old)(const struct view *view);
	chip_work *renew;

	/* An endless file: sets the reply to request->size bytes. */
	chip_work *fill;
	/* One write is one request; the reply is read from the same handle. */
	chip_work *run;
	/* A handle opened for reading only gets the user's latest reply. */
	bool keeps_latest;
	/* Writes request->data at request->offset, all or nothing. */
	chip_work *put;
	unsigned int put_ms; /* how long that may take */
	/* Opens to write, truncate or create: sets request->open. */
	chip_work *open, *close;
	/* request->offset is the size. NULL: any size is accepted and ignored. */
	chip_work *resize;
	/* Stores what is only in memory. */
	chip_work *settle;
	/* Sets the attribute user.nerveskey.type to request->data. */
	chip_work *set_type;
	/* Only one process at a time may open it for writing. */
	bool one_writer;

	/* Each LOOKUP gives a node of its own, for one caller. */
	bool is_private;
	/* The content may be another one at the next lookup. */
	bool is_volatile;
	/* Mode, owner and times are accepted and ignored: for cp -p, install. */
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
	settings_nodes, slot_nodes;
extern const struct node root_node;

/*
 * The child `name` of `parent`, or NULL. *param is the parameter of the parent,
 * and becomes that of the child.
 */
const struct node *nodes_find(const struct view *view,
			      const struct node *parent, const char *name,
			      unsigned int *param);
/* Appends the names in a directory, each with its NUL, except those of a "*". */
void nodes_list(const struct view *view, const struct node *parent,
		unsigned int param, struct bytes *names);
/* The number of a row, from 1 on. */
unsigned int node_number(const struct node *node);

static inline bool is_due(const struct view *view, uint64_t since_ms)
{
	uint64_t now = now_ms();

	return now >= view->key->look_ms && now - since_ms >= BELIEVED_MS;
}

/* For rows that a look at the chip renews. */
static inline bool look_is_due(const struct view *view)
{
	return is_due(view, view->key->looked_ms);
}

/* The same for rows whose content is in slots that others may write. */
static inline bool look_at_slots_is_due(const struct view *view)
{
	return look_is_due(view) || is_due(view, view->key->slots_ms);
}

chip_work look_again;
