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

struct user {
	struct user *next;
	uid_t uid;
	unsigned int opened;
};

void inodes_init(struct inodes *inodes)
{
	memset(inodes, 0, sizeof(*inodes));
	inodes->root.node = &root_node;
	inodes->root.number = FUSE_ROOT_ID;
	inodes->root.lookups = 1;
}

/* FNV-1a of the name and the parameter. */
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

static struct inode *make(const struct node *node, const char *name)
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

struct inode *inodes_get(struct inodes *inodes, const struct inode_key *key,
			 struct content *content)
{
	uint64_t number =
		inode_number(key->node, key->param, key->name, key->file);
	struct inode *inode, **bucket = bucket_of(inodes, number);

	inode = key->node->is_private ? NULL : find(inodes, number, content);
	if (inode)
		return rename_to(inode, key->name);
	inode = make(key->node, key->name);
	if (!inode)
		return NULL;
	inode->param = key->param;
	inode->file = key->file;
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
	content_unref(inode->content);
	free(inode->name);
	free(inode);
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

/* After unmounting, the kernel sends no FORGET. */
void inodes_free(struct inodes *inodes)
{
	for (size_t i = 0; i < INODE_BUCKETS; i++)
		while (inodes->buckets[i]) {
			struct inode *inode = inodes->buckets[i];

			inode->lookups = 0;
			inode->pins = 0;
			drop_if_unused(inodes, inode);
		}
}

static struct user **find_user(struct inodes *inodes, uid_t uid)
{
	struct user **link = &inodes->users[uid % USER_BUCKETS];

	while (*link && (*link)->uid != uid)
		link = &(*link)->next;
	return link;
}

bool handles_are_short(const struct inodes *inodes)
{
	return inodes->opened_by_strangers >= MOST_OF_STRANGERS;
}

/* Count one more open file of `uid`. */
static int count_open(struct inodes *inodes, uid_t uid, bool member)
{
	struct user **user = find_user(inodes, uid);

	if ((*user && (*user)->opened >= MOST_OF_ONE) ||
	    inodes->opened >= MOST_OF_ALL ||
	    (!member && handles_are_short(inodes)))
		return fail_because(
			ENFILE, "too many files of this mount are open: close "
				"some, and try again");
	if (!*user) {
		*user = calloc(1, sizeof(**user));
		if (!*user)
			return -ENOMEM;
		(*user)->uid = uid;
	}
	(*user)->opened++;
	inodes->opened++;
	inodes->opened_by_strangers += !member;
	return 0;
}

static void count_close(struct inodes *inodes, uid_t uid, bool member)
{
	struct user **link = find_user(inodes, uid), *user = *link;

	inodes->opened--;
	inodes->opened_by_strangers -= !member;
	if (--user->opened == 0) {
		*link = user->next;
		free(user);
	}
}

int handle_new(struct inodes *inodes, struct inode *inode, uid_t uid,
	       bool member, struct handle **handle)
{
	struct handle *made;
	int err = count_open(inodes, uid, member);

	if (err < 0)
		return err;
	made = calloc(1, sizeof(*made));
	if (!made) {
		count_close(inodes, uid, member);
		return -ENOMEM;
	}
	made->next = inodes->first_handle;
	made->link = &inodes->first_handle;
	if (made->next)
		made->next->link = &made->next;
	inodes->first_handle = made;
	inode_pin(inode);
	made->inode = inode;
	made->uid = uid;
	made->member = member;
	*handle = made;
	return 0;
}

void handle_free(struct inodes *inodes, struct handle *handle)
{
	count_close(inodes, handle->uid, handle->member);
	*handle->link = handle->next;
	if (handle->next)
		handle->next->link = handle->link;
	content_unref(handle->content);
	inode_unpin(inodes, handle->inode);
	free(handle);
}
