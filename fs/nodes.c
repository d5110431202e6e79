/* SPDX-License-Identifier: Apache-2.0 */
#include "nodes.h"

#include <errno.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct node directories[] = {
	{ .path = "/", .mode = S_IFDIR | 0755 },
	{ .path = "/aux",
	  .mode = S_IFDIR | 0755,
	  .needs = 1u << NERVESKEY_HAS_AUX },
	{ .path = "/chip", .mode = S_IFDIR | 0755 },
};

static const struct node_rows directory_nodes = { directories,
						  COUNT(directories) };

static const struct node_rows *const tables[] = {
	&directory_nodes, &item_nodes, &request_nodes,	 &signature_nodes,
	&settings_nodes,  &slot_nodes, &provision_nodes,
};

/* Whether the part that answers has a use for it. */
static bool exists(struct fs *fs, const struct node *node)
{
	for (unsigned int bit = 0; node->needs >> bit; bit++)
		if (node->needs >> bit & 1 &&
		    !nerveskey_has(fs->key, (enum nerveskey_feature)bit))
			return false;
	return true;
}

/* Calls `visit` for each row that exists until it returns non-zero. */
static int each_row(struct fs *fs,
		    int (*visit)(void *context, const struct node *node),
		    void *context)
{
	int ret;

	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct node *node = &tables[t]->rows[i];

			if (!exists(fs, node))
				continue;
			ret = visit(context, node);
			if (ret != 0)
				return ret;
		}
	return 0;
}

/* What follows "PARENT/" in `path`; NULL when that is not its parent. */
static const char *child_name(const char *parent, const char *path)
{
	size_t len = strcmp(parent, "/") == 0 ? 0 : strlen(parent);

	if (strncmp(path, parent, len) != 0 || path[len] != '/' ||
	    path[len + 1] == '\0' || strchr(path + len + 1, '/'))
		return NULL;
	return path + len + 1;
}

struct search {
	const char *path;
	const struct node *node;   /* of this very path */
	const struct node *parent; /* a changing directory that it is in */
	const char *name;
};

static int search_row(void *context, const struct node *node)
{
	struct search *search = context;

	if (strcmp(node->path, search->path) == 0) {
		search->node = node;
		return 1;
	}
	if (!node->directory || !child_name(node->path, search->path))
		return 0;
	search->parent = node;
	search->name = child_name(node->path, search->path);
	return 1;
}

int nodes_find(struct fs *fs, const char *path, struct place *at)
{
	struct search search = { .path = path, .name = "" };
	int err;

	each_row(fs, search_row, &search);
	if (search.parent) {
		err = search.parent->directory->lookup(fs, search.name,
						       &search.node);
		if (err < 0)
			return err;
	}
	if (!search.node)
		return -ENOENT;
	*at = (struct place){ .fs = fs,
			      .node = search.node,
			      .name = search.name };
	return 0;
}

int nodes_parent(struct fs *fs, const char *path,
		 const struct directory **directory, const char **name)
{
	struct search search = { .path = path };

	each_row(fs, search_row, &search);
	if (!search.parent || !search.parent->directory->remove)
		return -EPERM;
	*directory = search.parent->directory;
	*name = search.name;
	return 0;
}

struct listing {
	const char *path;
	node_each each;
	void *context;
};

static int list_row(void *context, const struct node *node)
{
	const struct listing *listing = context;
	const char *name = child_name(listing->path, node->path);

	return name ? listing->each(listing->context, name) : 0;
}

int nodes_list(const struct place *at, node_each each, void *context)
{
	struct listing listing = { at->node->path, each, context };

	if (!S_ISDIR(at->node->mode))
		return -ENOTDIR;
	if (at->node->directory)
		return at->node->directory->list(at->fs, each, context);
	return each_row(at->fs, list_row, &listing);
}

int node_stat(const struct place *at, struct stat *st)
{
	const struct node *node = at->node;
	int err = 0;

	memset(st, 0, sizeof(*st));
	st->st_mode =
		(node->mode & S_IFMT) | (node->mode & 0777 & ~at->fs->umask);
	st->st_nlink = S_ISDIR(node->mode) ? 2 : 1;
	st->st_uid = at->fs->uid;
	st->st_gid = at->fs->gid;
	st->st_mtim = at->fs->started;
	if (node->stat)
		err = node->stat(at, st);
	st->st_atim = st->st_mtim;
	st->st_ctim = st->st_mtim;
	st->st_blocks = (st->st_size + 511) / 512;
	return err;
}

bool node_can_read(const struct node *node)
{
	return node->load || node->fill || node->run;
}

bool node_can_write(const struct node *node)
{
	return node->run || node->put;
}
