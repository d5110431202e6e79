/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes, times, modes, owners and extended attributes. */
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>

#include "front.h"

#define TYPE_ATTRIBUTE "user.nerveskey.type"

static void reply_attributes(struct front *front, fuse_req_t req,
			     const struct inode *inode,
			     const struct handle *handle)
{
	struct stat st;

	front_stat(front, inode, handle, &st);
	fuse_reply_attr(req, &st, front_attr_timeout(inode));
}

/* Let the node show the content that is known now. */
static void adopt(struct front *front, struct inode *inode)
{
	if (!inode->content && !inode->file && !inode->node->is_private)
		inode->content = content_ref(front_content(front, inode));
}

/* If the content could not be loaded, reply with the last known size, or 0. */
static void sized(struct front *front, struct request *request)
{
	if (!request->req)
		return;
	adopt(front, request->inode);
	if (request->inode->file && request->err == 0 &&
	    !front_content(front, request->inode))
		fuse_reply_err(request->req, ENOENT);
	else
		reply_attributes(front, request->req, request->inode,
				 request->handle);
}

/*
 * The function that loads or renews the content, if the size that is known may be
 * wrong; else NULL. Also NULL while the bus is in trouble, or when a look at most
 * a second ago has shown that the chip has no content.
 */
static chip_work *what_to_load(struct front *front, const struct inode *inode)
{
	const struct node *node = inode->node;
	const struct view *view = front->view;

	if (inode->file)
		return front_is_old(front, node) ? node->renew : NULL;
	if (inode->content || !node->known || now_ms() < view->key->look_ms ||
	    (node->is_missing && node->is_missing(view, node, inode->param) &&
	     !front_is_old(front, node)))
		return NULL;
	return node->load;
}

static void op_getattr(fuse_req_t req, fuse_ino_t number,
		       struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);
	struct handle *handle = handle_of(fi);
	chip_work *load;

	adopt(front, inode);
	load = handle ? NULL : what_to_load(front, inode);
	if (!load)
		reply_attributes(front, req, inode, handle);
	else
		front_ask(front, req, inode,
			  &(struct request){ .work = load,
					     .verb = "look at",
					     .done = sized });
}

static void attributes_set(struct front *front, struct request *request)
{
	if (request->req && request->err == 0 && request->reply.data)
		request->err = content_update(&request->handle->content,
					      &request->reply);
	if (!front_has_failed(request))
		reply_attributes(front, request->req, request->inode,
				 request->handle);
}

/* Mode and owner cannot be changed, but may be set to what they are. */
static int check_owner(struct front *front, const struct inode *inode,
		       const struct stat *attr, int to_set)
{
	struct stat st;

	if (inode->node->takes_attributes)
		return 0;
	front_stat(front, inode, NULL, &st);
	if ((to_set & FUSE_SET_ATTR_MODE &&
	     (attr->st_mode & 07777) != (st.st_mode & 07777)) ||
	    (to_set & FUSE_SET_ATTR_UID && attr->st_uid != st.st_uid) ||
	    (to_set & FUSE_SET_ATTR_GID && attr->st_gid != st.st_gid))
		return -EPERM;
	return 0;
}

static void op_setattr(fuse_req_t req, fuse_ino_t number, struct stat *attr,
		       int to_set, struct fuse_file_info *fi)
{
	const int times = FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_MTIME_NOW;
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);
	struct handle *handle = handle_of(fi);
	const struct node *node = inode->node;
	struct request what = { .done = attributes_set,
				.offset = attr->st_size,
				.handle = handle,
				.open = handle ? handle->open : NULL,
				.changes = true };
	int err = check_owner(front, inode, attr, to_set);

	if (err == 0 && to_set & FUSE_SET_ATTR_SIZE && !(node->mode & S_IWUSR))
		err = -EACCES;
	if (to_set & FUSE_SET_ATTR_SIZE && node->resize) {
		what.work = node->resize;
		what.verb = "truncate";
	} else if (to_set & times) { /* touch(1) sets them after creating */
		what.work = node->settle;
		what.verb = "store";
	}
	if (err < 0)
		fuse_reply_err(req, -err);
	else if (what.work)
		front_ask(front, req, inode, &what);
	else
		reply_attributes(front, req, inode, handle);
}

/* Reply with `value`, or with its size if the caller has no buffer yet. */
static void reply_text(fuse_req_t req, const char *value, size_t len,
		       size_t size)
{
	if (size == 0)
		fuse_reply_xattr(req, len);
	else if (size < len)
		fuse_reply_err(req, ERANGE);
	else
		fuse_reply_buf(req, value, len);
}

static void op_getxattr(fuse_req_t req, fuse_ino_t number, const char *name,
			size_t size)
{
	struct front *front = front_of(req);
	const struct inode *inode = front_inode(front, number);
	const struct setting_shown *setting =
		shown_find(front->view->settings, NULL, inode->file);

	/* Only files of settings/ have an attribute. */
	if (setting && strcmp(name, TYPE_ATTRIBUTE) == 0)
		reply_text(req, setting->type, strlen(setting->type), size);
	else
		fuse_reply_err(req, ENODATA);
}

static void op_setxattr(fuse_req_t req, fuse_ino_t number, const char *name,
			const char *value, size_t size, int flags)
{
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);
	const struct request what = {
		.work = inode->node->set_type,
		.verb = "set attribute of",
		.data = { .data = (uint8_t *)(uintptr_t)value, .len = size },
		.changes = true,
	};

	if (!inode->file || strcmp(name, TYPE_ATTRIBUTE) != 0)
		fuse_reply_err(req, EOPNOTSUPP);
	else if (flags & XATTR_CREATE)
		fuse_reply_err(req, EEXIST);
	else
		front_ask(front, req, inode, &what);
}

static void op_listxattr(fuse_req_t req, fuse_ino_t number, size_t size)
{
	bool has_type = front_inode(front_of(req), number)->file;

	reply_text(req, TYPE_ATTRIBUTE, has_type ? sizeof(TYPE_ATTRIBUTE) : 0,
		   size);
}

/* A setting always has a type. */
static void op_removexattr(fuse_req_t req, fuse_ino_t number, const char *name)
{
	bool has_type = front_inode(front_of(req), number)->file;

	fuse_reply_err(req, has_type ? EPERM : EOPNOTSUPP);
}

void ops_attributes(struct fuse_lowlevel_ops *ops)
{
	ops->getattr = op_getattr;
	ops->setattr = op_setattr;
	ops->getxattr = op_getxattr;
	ops->setxattr = op_setxattr;
	ops->listxattr = op_listxattr;
	ops->removexattr = op_removexattr;
}
