/* SPDX-License-Identifier: Apache-2.0 */
#include "front_activities.h"

#include "golden.h"

#include <errno.h>
#include <string.h>

#include "fake_kernel.h"

#define TYPE "user.nerveskey.type"

static fuse_ino_t settings; /* the directory, while it is known */

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

static int open_at(fuse_ino_t node, int flags)
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

static int create(fuse_ino_t parent, const char *name)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .flags = O_RDWR | O_TRUNC };

	front_ops()->create(req, parent, name, 0644, &fi);
	return outcome(req);
}

static int write_text(const char *text)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle() };

	front_ops()->write(req, kernel_node(), text, strlen(text), 0, &fi);
	return outcome(req);
}

/* `program`: not the kernel, for its pages. EPROTO: not `len` bytes. */
static int read_by(bool program, size_t len)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle(),
				     .lock_owner = program };
	int err;

	front_ops()->read(req, kernel_node(), 4000, 0, &fi);
	err = outcome(req);
	return err == 0 && req->len != len ? EPROTO : err;
}

static int store(void)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle() };

	front_ops()->fsync(req, kernel_node(), 0, &fi);
	return outcome(req);
}

static int truncate_node(bool by_handle)
{
	fuse_req_t req = kernel_call();
	struct fuse_file_info fi = { .fh = kernel_handle() };
	struct stat st = { .st_size = 0 };

	front_ops()->setattr(req, kernel_node(), &st, FUSE_SET_ATTR_SIZE,
			     by_handle ? &fi : NULL);
	return outcome(req);
}

static int touch(void)
{
	fuse_req_t req = kernel_call();
	struct stat st = { .st_size = 0 };

	front_ops()->setattr(req, kernel_node(), &st, FUSE_SET_ATTR_MTIME_NOW,
			     NULL);
	return outcome(req);
}

static int look_at_size(void)
{
	fuse_req_t req = kernel_call();

	front_ops()->getattr(req, kernel_node(), NULL);
	return outcome(req);
}

static int set_type(const char *type)
{
	fuse_req_t req = kernel_call();

	front_ops()->setxattr(req, kernel_node(), TYPE, type, strlen(type), 0);
	return outcome(req);
}

static int get_type(void)
{
	fuse_req_t req = kernel_call();

	front_ops()->getxattr(req, kernel_node(), TYPE, 100);
	return outcome(req);
}

static int rename_in(fuse_ino_t parent, const char *from, const char *to)
{
	fuse_req_t req = kernel_call();

	front_ops()->rename(req, parent, from, parent, to, 0);
	return outcome(req);
}

int remove_in(fuse_ino_t parent, const char *name)
{
	fuse_req_t req = kernel_call();

	front_ops()->unlink(req, parent, name);
	return outcome(req);
}

static int list(fuse_ino_t directory)
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

/* Each of these is what a program does with one file; the first error ends it. */

static int sign(void)
{
	int err = look_up(FUSE_ROOT_ID, "sign");

	if (!err)
		err = open_node(O_RDWR);
	if (!err)
		err = write_text("0123456789abcdef0123456789abcdef");
	if (!err)
		err = read_by(true, 64);
	return err ? err : read_by(false, 96);
}

/* The reply of one open is read by the next. */
static int sign_and_reopen(void)
{
	int err = look_up(FUSE_ROOT_ID, "sign");

	if (!err)
		err = open_node(O_WRONLY);
	if (!err)
		err = write_text("0123456789abcdef0123456789abcdef");
	if (!err)
		err = open_node(O_RDONLY);
	return err ? err : read_by(true, 64);
}

static int get_signature(void)
{
	const char *name = "0123456789abcdef0123456789abcdef"
			   "0123456789abcdef0123456789abcdef.raw";
	int err = look_up(FUSE_ROOT_ID, "signatures");

	if (!err)
		err = list(kernel_node());
	if (!err)
		err = look_up(kernel_node(), name);
	if (!err)
		err = open_node(O_RDONLY);
	return err ? err : read_by(true, 64);
}

static int get_random(void)
{
	int err = look_up(FUSE_ROOT_ID, "random");

	if (!err)
		err = open_node(O_RDONLY);
	return err ? err : read_by(true, 1024);
}

/* After ESTALE the kernel looks the name up again, once. */
static int get_item(const char *name)
{
	int err = ESTALE;

	for (int tries = 0; err == ESTALE && tries < 2; tries++) {
		err = look_up(FUSE_ROOT_ID, name);
		if (!err)
			err = look_at_size();
		if (!err)
			err = open_node(O_RDONLY);
	}
	return err;
}

static int get_status(void)
{
	int err = get_item("status");

	return err ? err : get_item("metrics");
}

static int get_certificate(void)
{
	int err = get_item("chain.pem");

	return err ? err : list(FUSE_ROOT_ID);
}

static int get_map(void)
{
	return get_item("settings.etf");
}

static int edit_setting(void)
{
	int err = look_up(FUSE_ROOT_ID, "settings");

	settings = kernel_node();
	if (!err)
		err = create(settings, "a");
	if (!err)
		err = write_text("first");
	if (!err)
		err = read_by(true, 5);
	if (!err)
		err = truncate_node(true);
	if (!err)
		err = write_text("second");
	return err ? err : store();
}

/* The old node of another content is first stale, then shows the new one. */
static int reopen_map(void)
{
	int err = get_map();
	const fuse_ino_t map = kernel_node();

	if (!err)
		err = edit_setting();
	if (!err)
		err = open_at(map, O_RDONLY);
	return err == ESTALE ? open_at(map, O_RDONLY) : err;
}

/* A removed file is only in its handle, which reads what was written to it. */
static int edit_removed(void)
{
	int err = edit_setting();

	if (!err)
		err = open_node(O_RDWR);
	if (!err)
		err = remove_in(settings, "a");
	if (!err)
		err = read_by(true, 6);
	if (!err)
		err = write_text("more text");
	if (!err)
		err = read_by(true, 9);
	if (!err)
		err = truncate_node(true);
	return err ? err : read_by(true, 0);
}

static int move_setting(void)
{
	int err = edit_setting();

	if (!err)
		err = rename_in(settings, "a", "b");
	if (!err)
		err = look_up(settings, "b");
	if (!err)
		err = touch();
	if (!err)
		err = look_at_size();
	return err ? err : remove_in(settings, "b");
}

static int type_setting(void)
{
	int err = edit_setting();

	if (!err)
		err = look_up(settings, "a");
	if (!err)
		err = set_type("atom");
	if (!err)
		err = get_type();
	if (!err)
		err = open_node(O_RDONLY);
	if (!err)
		err = read_by(true, 6);
	return err ? err : truncate_node(false);
}

static int list_settings(void)
{
	int err = look_up(FUSE_ROOT_ID, "settings");

	if (!err)
		err = list(kernel_node());
	if (err)
		return err;
	err = look_up(kernel_node(), "none");
	return err == ENOENT ? 0 : err;
}

static int stage(void)
{
	int err = look_up(FUSE_ROOT_ID, "provision");

	if (!err)
		err = open_node(O_RDWR);
	if (!err)
		err = write_text("reset\n");
	return err ? err : store();
}

void make_setting(void)
{
	assert_int_equal(edit_setting(), 0);
}

const struct activity activities[] = {
	{ "sign", sign },
	{ "sign and open again", sign_and_reopen },
	{ "get a signature", get_signature },
	{ "get random numbers", get_random },
	{ "get status", get_status },
	{ "get a certificate", get_certificate },
	{ "get the map", get_map },
	{ "edit a setting", edit_setting },
	{ "open the map of before", reopen_map },
	{ "edit a removed setting", edit_removed },
	{ "move a setting", move_setting },
	{ "give a setting a type", type_setting },
	{ "list settings", list_settings },
	{ "stage a request", stage },
};

const size_t activity_count = sizeof(activities) / sizeof(*activities);
