/* SPDX-License-Identifier: Apache-2.0 */
#include "inodes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

/* Low bits of a number are the row's; the others tell its files apart. */
#define ROW_BITS 8

/* The most open files: of one user, of strangers, and of all. */
#define MOST_OF_ONE	  4096
#define MOST_OF_STRANGERS 12288
#define MOST_OF_ALL	  16384

void inodes_init(struct inodes *inodes)
{
	*inodes = (struct inodes){ .root = { .node = &root_node,
					     .number = FUSE_ROOT_ID,
					     .lookups = 1 } };
}

/* FNV-1a of the name and the parameter. */
static uint64_t hash(const char *name, unsigned int param)
{
	uint64_t value = 0xcbf29ce484222325 ^ param;

	for (; *name; name++)
		value = (value ^ (uint8_t)*name) * 0x100000001b3;
	return value;
}

uint64_t inode_number(const struct inode *what)
{
	uint64_t which = what->file   ? what->file
			 : what->name ? hash(what->name, what->param)
				      : what->param;

	return which << ROW_BITS | node_number(what->node);
}

static struct inode **bucket_of(struct inodes *inodes, uint64_t number)
{
	return &inodes->buckets[(number ^ number >> ROW_BITS) % INODE_BUCKETS];
}

struct inode *inodes_get(struct inodes *inodes, const struct inode *what)
{
	const uint64_t number = inode_number(what);
	const size_t len = what->name ? strlen(what->name) + 1 : 0;
	struct inode **bucket = bucket_of(inodes, number), *inode = *bucket;

	while (inode && (inode->number != number || what->node->is_private ||
			 inode->content != what->content))
		inode = inode->next;
	if (inode)
		return inode;
	inode = malloc(sizeof(*inode) + len);
	if (!inode)
		return NULL;
	*inode = *what;
	if (what->name)
		inode->name = memcpy(inode + 1, what->name, len);
	content_ref(inode->content);
	inode->number = number;
	inode->next = *bucket;
	*bucket = inode;
	return inode;
}

static void drop_if_unused(struct inodes *inodes, struct inode *inode)
{
	struct inode **link = bucket_of(inodes, inode->number);

	if (inode->lookups > 0 || inode->pins > 0 || inode == &inodes->root)
		return;
	while (*link != inode)
		link = &(*link)->next;
	*link = inode->next;
	content_unref(inode->content);
	free(inode);
}

void inode_unpin(struct inodes *inodes, struct inode *inode)
{
	inode->pins--;
	drop_if_unused(inodes, inode);
}

void inode_forget(struct inodes *inodes, struct inode *inode, uint64_t count)
{
	inode->lookups -= count;
	drop_if_unused(inodes, inode);
}

void inodes_free(struct inodes *inodes)
{
	for (size_t i = 0; i < INODE_BUCKETS; i++)
		while (inodes->buckets[i]) {
			struct inode *inode = inodes->buckets[i];

			inode->pins = 0;
			inode_forget(inodes, inode, inode->lookups);
		}
}

bool handles_are_short(const struct inodes *inodes)
{
	return inodes->opened_by_strangers >= MOST_OF_STRANGERS;
}

/* Counting all files of a user takes time, and is needed when many are open. */
static bool has_too_many(const struct inodes *inodes, uid_t uid)
{
	const struct handle *handle = inodes->first_handle;
	unsigned int own = 0;

	if (inodes->opened < MOST_OF_ONE)
		return false;
	for (; handle; handle = handle->next)
		own += handle->uid == uid;
	return own >= MOST_OF_ONE;
}

int handle_new(struct inodes *inodes, struct inode *inode, uid_t uid,
	       bool member, struct handle **out)
{
	struct handle *handle;

	if (inodes->opened >= MOST_OF_ALL || has_too_many(inodes, uid) ||
	    (!member && handles_are_short(inodes)))
		return fail_because(
			ENFILE, "too many files of this mount are open: close "
				"some, and try again");
	handle = malloc(sizeof(*handle));
	if (!handle)
		return -ENOMEM;
	*handle = (struct handle){ .next = inodes->first_handle,
				   .link = &inodes->first_handle,
				   .inode = inode,
				   .member = member,
				   .uid = uid };
	if (handle->next)
		handle->next->link = &handle->next;
	inodes->first_handle = handle;
	inodes->opened++;
	inodes->opened_by_strangers += !member;
	inode->pins++;
	*out = handle;
	return 0;
}

void handle_free(struct inodes *inodes, struct handle *handle)
{
	inodes->opened--;
	inodes->opened_by_strangers -= !handle->member;
	*handle->link = handle->next;
	if (handle->next)
		handle->next->link = handle->link;
	content_unref(handle->content);
	inode_unpin(inodes, handle->inode);
	free(handle);
}
