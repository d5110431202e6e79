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

/* The chip is known to have no content, from a look at most a second ago. */
static bool is_missing(const struct front *front, const struct inode *inode)
{
	const struct node *node = inode->node;

	return node->is_missing &&
	       node->is_missing(front->view, node, inode->param) &&
	       !(node->is_old(front->view) && queue_is_idle(front->queue));
}

/*
 * The function that loads or renews the content, if the size that is known may be
 * wrong; else NULL. Also NULL while the bus is in trouble.
 */
static chip_work *what_to_load(struct front *front, const struct inode *inode)
{
	const struct node *node = inode->node;

	if (inode->file)
		return node->is_old(front->view) && queue_is_idle(front->queue)
			       ? node->renew
			       : NULL;
	if (inode->content || !node->known ||
	    now_ms() < front->view->key->look_ms || is_missing(front, inode))
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
		front_ask(front, req, inode, NULL,
			  &(struct request){ .work = load,
					     .verb = "look at",
					     .done = sized,
					     .done_anyway = true });
}

static void attributes_set(struct front *front, struct request *request)
{
	int err = 0;

	if (request->open && request->reply.data)
		err = content_update(&request->handle->content,
				     &request->reply);
	if (err < 0)
		fuse_reply_err(request->req, -err);
	else
		reply_attributes(front, request->req, request->inode,
				 request->handle);
}

static void ask_to_set(struct front *front, fuse_req_t req, struct inode *inode,
		       struct request *request)
{
	struct handle *handle = request->handle;

	request->done = attributes_set;
	request->open = handle ? handle->open : NULL;
	request->changes = true;
	request->limit_ms = inode->node->put_ms;
	front_ask(front, req, inode, NULL, request);
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
	int err = check_owner(front, inode, attr, to_set);

	if (err == 0 && to_set & FUSE_SET_ATTR_SIZE && !node_can_write(node))
		err = -EACCES;
	if (err < 0)
		fuse_reply_err(req, -err);
	else if (to_set & FUSE_SET_ATTR_SIZE && node->resize)
		ask_to_set(front, req, inode,
			   &(struct request){ .work = node->resize,
					      .verb = "truncate",
					      .offset = attr->st_size,
					      .handle = handle });
	else if (to_set & times &&
		 node->settle) /* touch(1) sets times after creating */
		ask_to_set(front, req, inode,
			   &(struct request){ .work = node->settle,
					      .verb = "store",
					      .handle = handle });
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
		view_setting_by_id(front->view, inode->file);

	if (!inode->file || strcmp(name, TYPE_ATTRIBUTE) != 0)
		fuse_reply_err(req, ENODATA);
	else if (!setting)
		fuse_reply_err(req, ENOENT);
	else
		reply_text(req, setting->type, strlen(setting->type), size);
}

static void op_setxattr(fuse_req_t req, fuse_ino_t number, const char *name,
			const char *value, size_t size, int flags)
{
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);

	/* Only files of settings/ have an attribute. */
	if (!inode->file || strcmp(name, TYPE_ATTRIBUTE) != 0)
		fuse_reply_err(req, EOPNOTSUPP);
	else if (flags & XATTR_CREATE)
		fuse_reply_err(req, EEXIST);
	else
		front_ask(front, req, inode, value,
			  &(struct request){ .work = inode->node->set_type,
					     .verb = "set attribute of",
					     .size = size,
					     .changes = true,
					     .limit_ms = inode->node->put_ms });
}

static void op_listxattr(fuse_req_t req, fuse_ino_t number, size_t size)
{
	const struct inode *inode = front_inode(front_of(req), number);

	if (inode->file)
		reply_text(req, TYPE_ATTRIBUTE, sizeof(TYPE_ATTRIBUTE), size);
	else
		reply_text(req, "", 0, size);
}

static void op_removexattr(fuse_req_t req, fuse_ino_t number, const char *name)
{
	const struct inode *inode = front_inode(front_of(req), number);

	fuse_reply_err(req, inode->file && strcmp(name, TYPE_ATTRIBUTE) == 0
				    ? EPERM
				    : EOPNOTSUPP);
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
