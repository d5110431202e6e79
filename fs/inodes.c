/* SPDX-License-Identifier: Apache-2.0 */
#include "inodes.h"

#include <stdlib.h>
#include <string.h>

/* A row's number is below, what tells its files apart above. */
#define ROW_BITS 8

void inodes_init(struct inodes *inodes)
{
	memset(inodes, 0, sizeof(*inodes));
	inodes->root.node = &root_node;
	inodes->root.number = FUSE_ROOT_ID;
	inodes->root.lookups = 1;
}

/* FNV-1a. The same name may be there for each parameter. */
static uint64_t hash(const char *name, unsigned int param)
{
	uint64_t value = 0xcbf29ce484222325 ^ param;

	for (; *name; name++)
		value = (value ^ (uint8_t)*name) * 0x100000001b3;
	return value;
}

uint64_t inode_number(const struct node *node, unsigned int param,
		      const char *name, uint64_t file)
{
	uint64_t which = file ? file : name ? hash(name, param) : param;

	return which << ROW_BITS | node_number(node);
}

static struct inode **bucket_of(struct inodes *inodes, uint64_t number)
{
	return &inodes->buckets[(number ^ number >> ROW_BITS) % INODE_BUCKETS];
}

static struct inode *find(struct inodes *inodes, uint64_t number,
			  const struct content *content)
{
	struct inode *inode = *bucket_of(inodes, number);

	while (inode && (inode->number != number || inode->content != content))
		inode = inode->next;
	return inode;
}

static void note_name(struct inodes *inodes, struct inode *inode)
{
	if (inodes->next_name - inodes->oldest_name == INODE_NAMES)
		inodes->oldest_name++;
	inode->place = inodes->next_name++ % INODE_NAMES;
	inodes->names[inode->place] = inode;
}

static bool have_surplus(const struct inodes *inodes)
{
	return inodes->next_name - inodes->oldest_name > INODE_NAMES_KEPT;
}

struct inode *inodes_surplus(struct inodes *inodes)
{
	struct inode *surplus;

	for (; have_surplus(inodes); inodes_pass_surplus(inodes)) {
		surplus = inodes->names[inodes->oldest_name % INODE_NAMES];
		if (surplus)
			return surplus;
	}
	return NULL;
}

void inodes_pass_surplus(struct inodes *inodes)
{
	inodes->oldest_name++;
}

static struct inode *make(struct inodes *inodes, const struct node *node,
			  const char *name)
{
	struct inode *inode = calloc(1, sizeof(*inode));

	if (!inode)
		return NULL;
	if (name) {
		inode->name = strdup(name);
		if (!inode->name) {
			free(inode);
			return NULL;
		}
	}
	inode->node = node;
	if (node->match)
		note_name(inodes, inode);
	return inode;
}

/* A file keeps its node when it is renamed. */
static struct inode *rename_to(struct inode *inode, const char *name)
{
	char *copy;

	if (!inode || !name || strcmp(inode->name, name) == 0)
		return inode;
	copy = strdup(name);
	if (!copy)
		return NULL;
	free(inode->name);
	inode->name = copy;
	return inode;
}

struct inode *inodes_get(struct inodes *inodes, const struct node *node,
			 unsigned int param, const char *name, uint64_t file,
			 struct content *content)
{
	uint64_t number = inode_number(node, param, name, file);
	struct inode *inode, **bucket = bucket_of(inodes, number);

	inode = node->is_private ? NULL : find(inodes, number, content);
	if (inode)
		return rename_to(inode, name);
	inode = make(inodes, node, name);
	if (!inode)
		return NULL;
	inode->param = param;
	inode->file = file;
	inode->number = number;
	inode->content = content_ref(content);
	inode->next = *bucket;
	*bucket = inode;
	return inode;
}

static void unlist(struct inodes *inodes, struct inode *inode)
{
	struct inode **link = bucket_of(inodes, inode->number);

	while (*link != inode)
		link = &(*link)->next;
	*link = inode->next;
}

static void drop_if_unused(struct inodes *inodes, struct inode *inode)
{
	if (inode->lookups > 0 || inode->pins > 0 || inode == &inodes->root)
		return;
	unlist(inodes, inode);
	if (inodes->names[inode->place] == inode)
		inodes->names[inode->place] = NULL;
	if (inode->parent)
		inode_unpin(inodes, inode->parent);
	content_unref(inode->content);
	free(inode->name);
	free(inode);
}

void inode_set_parent(struct inode *inode, struct inode *parent)
{
	if (inode->parent)
		return;
	inode->parent = parent;
	inode_pin(parent);
}

void inode_pin(struct inode *inode)
{
	inode->pins++;
}

void inode_unpin(struct inodes *inodes, struct inode *inode)
{
	inode->pins--;
	drop_if_unused(inodes, inode);
}

void inode_forget(struct inodes *inodes, struct inode *inode, uint64_t count)
{
	inode->lookups -= count < inode->lookups ? count : inode->lookups;
	drop_if_unused(inodes, inode);
}

/* At the end the kernel forgets without a word. */
void inodes_free(struct inodes *inodes)
{
	for (size_t i = 0; i < INODE_BUCKETS; i++)
		while (inodes->buckets[i]) {
			struct inode *inode = inodes->buckets[i];

			inode->lookups = 0;
			inode->pins = 0;
			inode->parent = NULL; /* it may be freed */
			drop_if_unused(inodes, inode);
		}
}
