/* SPDX-License-Identifier: Apache-2.0 */
/* Names: look up, list, forget, remove and rename. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "front.h"

/* How many names of "*" the kernel may keep. */
#define NAMES_KEPT 1024

bool front_find(struct front *front, const struct inode *parent,
		const char *name, struct inode *file)
{
	const struct directory *directory = parent->node->directory;
	const struct setting_shown *setting;

	*file = (struct inode){ .param = parent->param };
	if (!directory) {
		file->node = nodes_find(front->view, parent->node, name,
					&file->param);
		file->name = file->node && file->node->match ? name : NULL;
		return file->node;
	}
	setting = shown_find(front->view->settings, name, 0);
	if (!setting)
		return false;
	file->node = directory->child;
	file->file = setting->id;
	file->content = setting->content;
	return true;
}

/* The map was read within a second. */
static bool map_is_fresh(const struct front *front)
{
	return front->view->key->present && front->view->settings_error == 0 &&
	       now_ms() - front->view->settings_ms < BELIEVED_MS;
}

static void reply_file(struct front *front, fuse_req_t req,
		       const struct inode *file)
{
	struct inode *inode = inodes_get(&front->inodes, file);

	if (inode)
		front_reply_entry(front, req, inode, NULL);
	else
		fuse_reply_err(req, ENOMEM);
}

/* Reply by the chip's present map, in which the name may be missing. */
static void looked_up(struct front *front, struct request *request)
{
	struct inode file;

	if (!request->req)
		return;
	if (front_find(front, request->inode, request->name, &file))
		reply_file(front, request->req, &file);
	else
		fuse_reply_err(request->req,
			       request->err ? -request->err : ENOENT);
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
	front->forgets = false;
}

/*
 * The kernel keeps names until memory is short, and in signatures/ each digest
 * is a new one, so it is told to forget them. One request at a time: else they
 * would fill the queue while the chip's thread works.
 */
static void note_name(struct front *front, const struct inode *parent,
		      const char *name)
{
	bytes_printf(&front->names, "%lx %s%c",
		     (unsigned long)front_number(parent), name, '\0');
	if (++front->name_count < NAMES_KEPT)
		return;
	if (!front->forgets && !front->ending)
		front->forgets =
			front_ask(front, NULL, &front->inodes.root,
				  &(struct request){ .work = forget_names,
						     .verb = "forget",
						     .done = forgotten,
						     .data = front->names,
						     .quiet = true,
						     .first = true });
	front->name_count = 0;
	bytes_free(&front->names);
}

/*
 * Reply at once if the name is known. In a directory whose names change, it is
 * missing only if the chip's map was read just now.
 */
static void op_lookup(fuse_req_t req, fuse_ino_t number, const char *name)
{
	struct front *front = front_of(req);
	struct inode *parent = front_inode(front, number), file;
	const struct directory *directory = parent->node->directory;

	front_take_view(front); /* names last: what is new counts now */
	if (front_find(front, parent, name, &file)) {
		front->rendered_ms = 0; /* show the present counts */
		if (!file.file)
			file.content =
				front_known(front, file.node, file.param);
		reply_file(front, req, &file);
		if (file.name)
			note_name(front, parent, name);
	} else if (!directory || map_is_fresh(front)) {
		fuse_reply_err(req, ENOENT);
	} else {
		front_ask(front, req, parent,
			  &(struct request){ .work = directory->find,
					     .verb = "find",
					     .done = looked_up,
					     .node = directory->child,
					     .name = name,
					     .first = true });
	}
}

static void op_forget(fuse_req_t req, fuse_ino_t number, uint64_t count)
{
	struct front *front = front_of(req);

	inode_forget(&front->inodes, front_inode(front, number), count);
	fuse_reply_none(req);
}

static void ask_to_change(fuse_req_t req, struct inode *parent, chip_work *work,
			  struct request *what)
{
	what->work = work;
	what->node = parent->node->directory->child;
	what->changes = true;
	front_ask(front_of(req), req, parent, what);
}

static void op_unlink(fuse_req_t req, fuse_ino_t number, const char *name)
{
	struct inode *parent = front_inode(front_of(req), number);
	struct request what = { .verb = "remove", .name = name };

	if (!parent->node->directory)
		fuse_reply_err(req, EPERM);
	else
		ask_to_change(req, parent, parent->node->directory->remove,
			      &what);
}

static void op_rename(fuse_req_t req, fuse_ino_t number, const char *name,
		      fuse_ino_t new_number, const char *new_name,
		      unsigned int flags)
{
	struct inode *parent = front_inode(front_of(req), number);
	struct request what = { .verb = "rename",
				.name = name,
				.target = new_name,
				.flags = (int)flags };

	if (!parent->node->directory || new_number != number)
		fuse_reply_err(req, EPERM);
	else
		ask_to_change(req, parent, parent->node->directory->rename,
			      &what);
}

/* Directories and links cannot be made. */
#define REFUSE(op, ...)                             \
	static void op(fuse_req_t req, __VA_ARGS__) \
	{                                           \
		fuse_reply_err(req, EPERM);         \
	}

/* clang-format off */
REFUSE(op_mkdir, fuse_ino_t parent, const char *name, mode_t mode)
REFUSE(op_mknod, fuse_ino_t parent, const char *name, mode_t mode, dev_t device)
REFUSE(op_symlink, const char *target, fuse_ino_t parent, const char *name)
REFUSE(op_link, fuse_ino_t number, fuse_ino_t parent, const char *name)
/* clang-format on */

/* The names of a listing are fixed when the directory is opened. */
static int list(struct front *front, const struct inode *inode,
		struct content **content)
{
	const struct settings_shown *shown =
		inode->node->directory ? front->view->settings : NULL;
	BYTES_LOCAL(names);

	bytes_append(&names, ".\0..", sizeof(".\0.."));
	nodes_list(front->view, inode->node, inode->param, &names);
	for (size_t i = 0; shown && i < shown->count; i++)
		if (shown->files[i].name)
			bytes_printf(&names, "%s%c",
				     content_text(shown->files[i].name), '\0');
	return names.err ? names.err : content_new(&names, content);
}

static void open_list(struct front *front, fuse_req_t req, struct inode *inode)
{
	struct handle *handle;
	int err = front_new_handle(front, req, inode, O_RDONLY, &handle);

	if (err == 0) {
		err = list(front, inode, &handle->content);
		if (err == 0) {
			front_reply_handle(front, req, handle, true);
			return;
		}
		front_close_handle(front, handle);
	}
	fuse_reply_err(req, -err);
}

/* Without a known map a listing would be too short, so it is an error. */
static void listed(struct front *front, struct request *request)
{
	/* The chip has no place for settings, so the list is empty. */
	if (request->err == -ENODATA)
		request->err = 0;
	if (!front_has_failed(request))
		open_list(front, request->req, request->inode);
}

static void op_opendir(fuse_req_t req, fuse_ino_t number,
		       struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	struct inode *inode = front_inode(front, number);
	const struct directory *directory = inode->node->directory;

	if (!directory || map_is_fresh(front))
		open_list(front, req, inode);
	else
		front_ask(front, req, inode,
			  &(struct request){ .work = directory->load,
					     .verb = "list",
					     .done = listed,
					     .first = true });
}

/* Set the attributes that readdir(3) returns with a name. */
static void entry_stat(struct front *front, const struct inode *directory,
		       const char *name, struct stat *st)
{
	struct inode file;

	*st = (struct stat){ .st_ino = directory->number,
			     .st_mode = *name == '.' ? S_IFDIR : 0 };
	if (front_find(front, directory, name, &file)) {
		st->st_ino = inode_number(&file);
		st->st_mode = file.node->mode & S_IFMT;
	}
}

static void op_readdir(fuse_req_t req, fuse_ino_t number, size_t size,
		       off_t offset, struct fuse_file_info *fi)
{
	struct front *front = front_of(req);
	const struct bytes *names = &handle_of(fi)->content->bytes;
	char buffer[4096];
	size_t used = 0, at = (size_t)offset;
	struct stat st;

	if (size > sizeof(buffer))
		size = sizeof(buffer);
	while (at < names->len) {
		const char *name = (const char *)names->data + at;
		size_t next = at + strlen(name) + 1, took;

		entry_stat(front, front_inode(front, number), name, &st);
		took = fuse_add_direntry(req, buffer + used, size - used, name,
					 &st, (off_t)next);
		if (took > size - used)
			break;
		used += took;
		at = next;
	}
	fuse_reply_buf(req, buffer, used);
}

void ops_names(struct fuse_lowlevel_ops *ops)
{
	ops->lookup = op_lookup;
	ops->forget = op_forget;
	ops->unlink = op_unlink;
	ops->rename = op_rename;
	ops->mkdir = op_mkdir;
	ops->rmdir = op_unlink; /* settings/ has no directories */
	ops->mknod = op_mknod;
	ops->symlink = op_symlink;
	ops->link = op_link;
	ops->opendir = op_opendir;
	ops->readdir = op_readdir;
}
