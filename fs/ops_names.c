/* SPDX-License-Identifier: Apache-2.0 */
/* Names that change: look up, forget, remove and rename. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "front.h"

/* How many names of "*" the kernel may keep. */
#define NAMES_KEPT 1024

int front_setting(struct front *front, const struct inode *parent,
		  const char *name, struct inode **inode)
{
	const struct setting_shown *setting = view_setting(front->view, name);

	*inode = NULL;
	if (!setting)
		return -ENOENT;
	*inode = inodes_get(
		&front->inodes,
		&(struct inode_key){ .node = parent->node->directory->child,
				     .name = name,
				     .file = setting->id },
		setting->content);
	return *inode ? 0 : -ENOMEM;
}

/* Reply by the chip's present map, in which the name may be missing. */
static void looked_up(struct front *front, struct request *request)
{
	struct inode *inode;
	int err;

	if (!request->req)
		return;
	err = front_setting(front, request->inode, request->name, &inode);
	if (err == 0)
		front_reply_inode(front, request->req, inode);
	else
		fuse_reply_err(request->req,
			       request->err ? -request->err : -err);
}

/* Reply at once if the last known map has the name; else read the map. */
void op_lookup_setting(struct front *front, fuse_req_t req,
		       struct inode *parent, const char *name)
{
	struct inode *inode;
	int err = front_setting(front, parent, name, &inode);

	if (err == 0)
		front_reply_inode(front, req, inode);
	else if (err == -ENOMEM || front_map_is_fresh(front))
		fuse_reply_err(req, -err);
	else
		front_ask(front, req, parent, NULL,
			  &(struct request){
				  .work = parent->node->directory->find,
				  .verb = "find",
				  .done = looked_up,
				  .done_anyway = true,
				  .name = name,
				  .first = true });
}

/* These wait for lookups in that directory, which the front answers at once. */
static int forget_names(struct chip *chip, struct request *request)
{
	const char *entry = bytes_text(&request->data);
	const char *end = entry + request->data.len;
	char *name;

	for (; entry < end; entry = name + strlen(name) + 1) {
		fuse_ino_t parent = strtoull(entry, &name, 16);

		name++;
		fuse_lowlevel_notify_inval_entry(chip->session, parent, name,
						 strlen(name));
	}
	return 0;
}

static void forgotten(struct front *front, struct request *request)
{
	(void)request;
	front->forgets = false;
}

/*
 * The kernel keeps names until memory is short, and in signatures/ each digest
 * is a new one. It forgets the older half. One request at a time, so that they do
 * not fill the queue while the chip's thread works: the kernel then keeps what was
 * to be forgotten.
 */
void op_note_name(struct front *front, const struct inode *parent,
		  const char *name)
{
	struct bytes *latest = &front->names[0], *before = &front->names[1];

	bytes_printf(latest, "%lx %s%c", (unsigned long)front_number(parent),
		     name, '\0');
	if (++front->name_count < NAMES_KEPT / 2)
		return;
	front->name_count = 0;
	if (before->len > 0 && !front->forgets && !front->ending)
		front->forgets = front_ask(
			front, NULL, &front->inodes.root, before->data,
			&(struct request){ .work = forget_names,
					   .verb = "forget",
					   .done = forgotten,
					   .done_anyway = true,
					   .size = before->len,
					   .quiet = true,
					   .first = true });
	bytes_move(before, latest);
}

static void op_forget(fuse_req_t req, fuse_ino_t number, uint64_t count)
{
	struct front *front = front_of(req);

	inode_forget(&front->inodes, front_inode(front, number), count);
	fuse_reply_none(req);
}

static void op_forget_multi(fuse_req_t req, size_t count,
			    struct fuse_forget_data *forgets)
{
	struct front *front = front_of(req);

	for (size_t i = 0; i < count; i++)
		inode_forget(&front->inodes, front_inode(front, forgets[i].ino),
			     forgets[i].nlookup);
	fuse_reply_none(req);
}

static void op_unlink(fuse_req_t req, fuse_ino_t number, const char *name)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	const struct directory *directory = parent->node->directory;

	if (!directory)
		fuse_reply_err(req, EPERM);
	else
		front_ask(front, req, parent, NULL,
			  &(struct request){
				  .work = directory->remove,
				  .verb = "remove",
				  .name = name,
				  .changes = true,
				  .limit_ms = directory->child->put_ms });
}

static void op_rename(fuse_req_t req, fuse_ino_t number, const char *name,
		      fuse_ino_t new_number, const char *new_name,
		      unsigned int flags)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number);
	const struct directory *directory = parent->node->directory;

	if (!directory || new_number != number)
		fuse_reply_err(req, EPERM);
	else
		front_ask(front, req, parent, NULL,
			  &(struct request){
				  .work = directory->rename,
				  .verb = "rename",
				  .name = name,
				  .target = new_name,
				  .flags = (int)flags,
				  .changes = true,
				  .limit_ms = directory->child->put_ms });
}

/* Directories and links cannot be created or removed. */
static void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name,
		     mode_t mode)
{
	(void)parent;
	(void)name;
	(void)mode;
	fuse_reply_err(req, EPERM);
}

static void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}

static void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name,
		     mode_t mode, dev_t device)
{
	(void)parent;
	(void)name;
	(void)mode;
	(void)device;
	fuse_reply_err(req, EPERM);
}

static void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent,
		       const char *name)
{
	(void)target;
	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}

static void op_link(fuse_req_t req, fuse_ino_t number, fuse_ino_t parent,
		    const char *name)
{
	(void)number;
	(void)parent;
	(void)name;
	fuse_reply_err(req, EPERM);
}

void ops_names(struct fuse_lowlevel_ops *ops)
{
	ops->forget = op_forget;
	ops->forget_multi = op_forget_multi;
	ops->unlink = op_unlink;
	ops->rename = op_rename;
	ops->mkdir = op_mkdir;
	ops->rmdir = op_rmdir;
	ops->mknod = op_mknod;
	ops->symlink = op_symlink;
	ops->link = op_link;
}
