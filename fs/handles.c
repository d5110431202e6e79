/* SPDX-License-Identifier: Apache-2.0 */
#include "handles.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"

#define MOST_OF_ONE	  4096
#define MOST_OF_STRANGERS 12288
#define MOST_OF_ALL	  16384

struct user {
	struct user *next;
	uid_t uid;
	unsigned int count;
};

static struct user **find_user(struct handles *handles, uid_t uid)
{
	struct user **link = &handles->users[uid % HANDLE_BUCKETS];

	while (*link && (*link)->uid != uid)
		link = &(*link)->next;
	return link;
}

bool handles_are_short(const struct handles *handles)
{
	return handles->strangers >= MOST_OF_STRANGERS;
}

static bool is_full(const struct handles *handles, const struct user *user,
		    bool member)
{
	return (user && user->count >= MOST_OF_ONE) ||
	       handles->all >= MOST_OF_ALL ||
	       (!member && handles_are_short(handles));
}

int handle_new(struct handles *handles, struct inode *inode, uid_t uid,
	       bool member, struct handle **handle)
{
	struct user **user = find_user(handles, uid);
	struct handle *made;

	if (is_full(handles, *user, member))
		return fail_because(
			ENFILE, "too many files of this mount are open: close "
				"some, and try again");
	made = calloc(1, sizeof(*made));
	if (made && !*user) {
		*user = calloc(1, sizeof(**user));
		if (*user)
			(*user)->uid = uid;
	}
	if (!made || !*user) {
		free(made);
		return -ENOMEM;
	}
	(*user)->count++;
	handles->strangers += !member;
	handles->all++;
	made->next = handles->first;
	made->link = &handles->first;
	if (made->next)
		made->next->link = &made->next;
	handles->first = made;
	inode_pin(inode);
	inode->opens++;
	made->inode = inode;
	made->user = *user;
	made->uid = uid;
	made->member = member;
	*handle = made;
	return 0;
}

void handle_free(struct handles *handles, struct inodes *inodes,
		 struct handle *handle)
{
	struct user **link = find_user(handles, handle->user->uid);

	handles->strangers -= !handle->member;
	handles->all--;
	if (--(*link)->count == 0) {
		struct user *user = *link;

		*link = user->next;
		free(user);
	}
	*handle->link = handle->next;
	if (handle->next)
		handle->next->link = handle->link;
	content_unref(handle->content);
	handle->inode->opens--;
	inode_unpin(inodes, handle->inode);
	free(handle);
}
