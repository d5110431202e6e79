/* SPDX-License-Identifier: Apache-2.0 */
/* Names: finding, removing and renaming them. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "front.h"

/* Of names that one request has forgotten: some hundred digests. */
#define FORGET_BYTES 16384

static void reply_inode(struct front *front, fuse_req_t req,
			struct inode *inode)
{
	struct fuse_entry_param entry;

	if (!inode) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	front_entry(front, inode, &entry);
	inode->lookups++;
	if (fuse_reply_entry(req, &entry) < 0)
		inode_forget(&front->inodes, inode, 1);
}

struct inode *front_setting(struct front *front, const struct inode *parent,
			    const char *name)
{
	const struct setting_shown *setting = view_setting(front->view, name);

	if (!setting)
		return NULL;
	return inodes_get(&front->inodes, parent->node->directory->child, 0,
			  name, setting->id, setting->content);
}

/* The chip's map lacks the name now, or there is no map. */
static void looked_up_setting(struct front *front, struct request *request)
{
	struct inode *inode;

	if (!request->req)
		return;
	inode = front_setting(front, request->inode, request->name);
	if (inode)
		reply_inode(front, request->req, inode);
	else
		fuse_reply_err(request->req,
			       request->err ? -request->err : ENOENT);
}

bool front_map_is_fresh(const struct front *front)
{
	return front->view->key->present && front->view->settings_error == 0 &&
	       now_ms() - front->view->settings_ms < BELIEVED_MS;
}

/* What the last known map has is there at once; what it lacks may be new. */
static void lookup_setting(struct front *front, fuse_req_t req,
			   struct inode *parent, const char *name)
{
	struct inode *inode = front_setting(front, parent, name);
	struct request *request;

	if (inode) {
		reply_inode(front, req, inode);
	} else if (front_map_is_fresh(front)) {
		fuse_reply_err(req, ENOENT);
	} else {
		request = front_request_about(front, req, parent, name,
					      parent->node->directory->find,
					      "find");
		if (!request)
			return;
		request->first = true;
		front_ask(front, request, looked_up_setting);
	}
}

/* These wait for lookups in that directory, which the front answers at once. */
static int forget_names(struct chip *chip, struct request *request)
{
	const char *name = (const char *)request->data.data;
	const char *end = name + request->data.len;

	for (; name < end; name += strlen(name) + 1)
		fuse_lowlevel_notify_inval_entry(chip->session,
						 (fuse_ino_t)request->size,
						 name, strlen(name));
	return 0;
}

static void forget_oldest(struct front *front);

static void forgotten(struct front *front, struct request *request)
{
	front->forgets = false;
	(void)request;
	forget_oldest(front);
}

/* The names in `parent` that are to be forgotten, each with its NUL. */
static int take_surplus(struct front *front, const struct inode *parent,
			struct bytes *names)
{
	struct inode *inode;
	int err = 0;

	while (err == 0 && names->len < FORGET_BYTES &&
	       (inode = inodes_surplus(&front->inodes)) != NULL &&
	       inode->parent == parent) {
		err = bytes_append(names, inode->name, strlen(inode->name) + 1);
		inodes_pass_surplus(&front->inodes);
	}
	return err;
}

/*
 * The kernel keeps names until memory is short, and in signatures/ each digest
 * is a new one. One request at a time, so that they do not fill the queue while
 * the chip's thread works.
 */
static void forget_oldest(struct front *front)
{
	struct inode *oldest = inodes_surplus(&front->inodes);
	struct request *request;

	if (front->forgets || front->ending || !oldest)
		return;
	request = front_request(front, NULL, oldest->parent, forget_names,
				"forget");
	if (!request)
		return;
	if (take_surplus(front, oldest->parent, &request->data) < 0) {
		front_drop(front, request);
		return;
	}
	request->size = (size_t)front_number(front, request->inode);
	request->quiet = true;
	request->first = true;
	front->forgets = front_ask(front, request, forgotten);
}

void op_lookup(fuse_req_t req, fuse_ino_t number, const char *name)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	const struct node *node;
	struct inode *inode;
	unsigned int param;
	int err;

	if (parent->node->directory) {
		lookup_setting(front, req, parent, name);
		return;
	}
	front_take_view(front); /* names last: what is new counts now */
	err = nodes_find(front->view, parent->node, parent->param, name, &node,
			 &param);
	if (err < 0) {
		fuse_reply_err(req, -err);
		return;
	}
	front->rendered_ms = 0; /* what is counted is shown as it is now */
	inode = inodes_get(&front->inodes, node, param,
			   node->match ? name : NULL, 0,
			   front_known(front, node, param));
	if (inode && node->match)
		inode_set_parent(inode, parent);
	reply_inode(front, req, inode);
	forget_oldest(front);
}

void op_forget(fuse_req_t req, fuse_ino_t number, uint64_t count)
{
	struct front *front = front_of(req);

	inode_forget(&front->inodes, front_inode(front, number), count);
	fuse_reply_none(req);
}

void op_forget_multi(fuse_req_t req, size_t count,
		     struct fuse_forget_data *forgets)
{
	struct front *front = front_of(req);

	for (size_t i = 0; i < count; i++)
		inode_forget(&front->inodes, front_inode(front, forgets[i].ino),
			     forgets[i].nlookup);
	fuse_reply_none(req);
}

/* Whether names in `parent` come and go at all. */
static bool refuse_name(fuse_req_t req, const struct inode *parent)
{
	if (parent->node->directory)
		return false;
	fuse_reply_err(req, EPERM);
	return true;
}

void op_unlink(fuse_req_t req, fuse_ino_t number, const char *name)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	struct request *request;

	if (refuse_name(req, parent))
		return;
	request =
		front_request_about(front, req, parent, name,
				    parent->node->directory->remove, "remove");
	if (!request)
		return;
	request->limit_ms = parent->node->directory->child->put_ms;
	request->changes = true;
	front_ask(front, request, front_done);
}

void op_rename(fuse_req_t req, fuse_ino_t number, const char *name,
	       fuse_ino_t new_number, const char *new_name, unsigned int flags)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	struct request *request;

	if (refuse_name(req, parent))
		return;
	if (new_number != number) {
		fuse_reply_err(req, EPERM);
		return;
	}
	request =
		front_request_about(front, req, parent, name,
				    parent->node->directory->rename, "rename");
	if (!request)
		return;
	request->limit_ms = parent->node->directory->child->put_ms;
	request->changes = true;
	request->flags = (int)flags;
	request->target = strdup(new_name);
	if (!request->target) {
		fuse_reply_err(req, ENOMEM);
		front_drop(front, request);
		return;
	}
	front_ask(front, request, front_done);
}

/* Directories and links are never made or removed. */
void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
	(void)parent;
	(void)name;
	(void)mode;
	fuse_reply_err(req, EPERM);
}

void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}

void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
	      dev_t device)
{
	(void)parent;
	(void)name;
	(void)mode;
	(void)device;
	fuse_reply_err(req, EPERM);
}

void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent,
		const char *name)
{
	(void)target;
	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}

void op_link(fuse_req_t req, fuse_ino_t number, fuse_ino_t parent,
	     const char *name)
{
	(void)number;
	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}
