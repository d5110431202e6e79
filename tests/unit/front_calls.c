/* SPDX-License-Identifier: Apache-2.0 */
#include "front_calls.h"

#include "golden.h"

#include <errno.h>
#include <string.h>

#include "fake_kernel.h"

#define TYPE "user.nerveskey.type"

int outcome(fuse_req_t req)
{
	kernel_settle();
	assert_int_equal(req->answers, 1);
	return req->err;
}

int look_up(fuse_ino_t parent, const char *name)
{
	fuse_req_t req = kernel_call();

	front_ops()->lookup(req, parent, name);
	return outcome(req);
}

int open_at(fuse_ino_t node, int flags)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .flags = flags };

	front_ops()->open(req, node, &fi);
	return outcome(req);
}

int open_node(int flags)
{
	return open_at(kernel_node(), flags);
}

int create(fuse_ino_t parent, const char *name, int flags)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .flags = O_RDWR | O_TRUNC | flags };

	front_ops()->create(req, parent, name, 0644, &fi);
	return outcome(req);
}

int write_at(const char *text, size_t len, off_t offset)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle() };

	front_ops()->write(req, kernel_node(), text, len, offset, &fi);
	return outcome(req);
}

int write_text(const char *text)
{
	return write_at(text, strlen(text), 0);
}

/* `program`: not the kernel, for its pages. EPROTO: not `len` bytes. */
int read_by(bool program, size_t len)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle(),
				     .lock_owner = program };
	int err;

	front_ops()->read(req, kernel_node(), 4000, 0, &fi);
	err = outcome(req);
	return err == 0 && req->len != len ? EPROTO : err;
}

int store(void)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle() };

	front_ops()->fsync(req, kernel_node(), 0, &fi);
	return outcome(req);
}

int resize_node(bool by_handle, off_t size)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle() };
	struct stat st = { .st_size = size };

	front_ops()->setattr(req, kernel_node(), &st, FUSE_SET_ATTR_SIZE,
			     by_handle ? &fi : NULL);
	return outcome(req);
}

int touch(void)
{
	fuse_req_t req = kernel_call();
	struct stat st = { .st_size = 0 };

	front_ops()->setattr(req, kernel_node(), &st, FUSE_SET_ATTR_MTIME_NOW,
			     NULL);
	return outcome(req);
}

int look_at_size(void)
{
	fuse_req_t req = kernel_call();

	front_ops()->getattr(req, kernel_node(), NULL);
	return outcome(req);
}

int set_type(const char *type)
{
	fuse_req_t req = kernel_call();

	front_ops()->setxattr(req, kernel_node(), TYPE, type, strlen(type), 0);
	return outcome(req);
}

int get_type(void)
{
	fuse_req_t req = kernel_call();

	front_ops()->getxattr(req, kernel_node(), TYPE, 100);
	return outcome(req);
}

int rename_in(fuse_ino_t parent, const char *from, const char *to,
	      unsigned int flags)
{
	fuse_req_t req = kernel_call();

	front_ops()->rename(req, parent, from, parent, to, flags);
	return outcome(req);
}

int remove_in(fuse_ino_t parent, const char *name)
{
	fuse_req_t req = kernel_call();

	front_ops()->unlink(req, parent, name);
	return outcome(req);
}

int list(fuse_ino_t directory)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = 0 };
	int err;

	front_ops()->opendir(req, directory, &fi);
	err = outcome(req);
	if (err)
		return err;
	fi.fh = kernel_handle();
	req = kernel_call();
	front_ops()->readdir(req, directory, 4096, 0, &fi);
	return outcome(req);
}
