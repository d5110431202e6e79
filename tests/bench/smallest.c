/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smallest SIZE MOUNTPOINT: the smallest FUSE driver to compare with. It uses
 * libfuse's low-level API and libfuse's own loop. It has one file, "file", of
 * SIZE bytes, and tells the kernel to cache everything.
 */
#define FUSE_USE_VERSION 314
#include <errno.h>
#include <fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_NUMBER 2
#define FOR_EVER    86400.0

static char content[65536];
static size_t size;

static void fill(fuse_ino_t number, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = number;
	st->st_mode = number == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0444;
	st->st_nlink = 1;
	st->st_size = number == FUSE_ROOT_ID ? 0 : (off_t)size;
}

static void lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param entry = { .ino = FILE_NUMBER,
					  .attr_timeout = FOR_EVER,
					  .entry_timeout = FOR_EVER };

	(void)parent;
	if (strcmp(name, "file") != 0) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	fill(FILE_NUMBER, &entry.attr);
	fuse_reply_entry(req, &entry);
}

static void getattr(fuse_req_t req, fuse_ino_t number,
		    struct fuse_file_info *fi)
{
	struct stat st;

	(void)fi;
	fill(number, &st);
	fuse_reply_attr(req, &st, FOR_EVER);
}

static void open_file(fuse_req_t req, fuse_ino_t number,
		      struct fuse_file_info *fi)
{
	(void)number;
	fi->keep_cache = 1;
	fi->noflush = 1;
	fuse_reply_open(req, fi);
}

static void read_file(fuse_req_t req, fuse_ino_t number, size_t len,
		      off_t offset, struct fuse_file_info *fi)
{
	size_t from = offset < (off_t)size ? (size_t)offset : size;

	(void)number;
	(void)fi;
	fuse_reply_buf(req, content + from,
		       len < size - from ? len : size - from);
}

static const struct fuse_lowlevel_ops ops = {
	.lookup = lookup,
	.getattr = getattr,
	.open = open_file,
	.read = read_file,
};

int main(int argc, char **argv)
{
	char *arguments[] = { argv[0], NULL };
	struct fuse_args args = FUSE_ARGS_INIT(1, arguments);
	struct fuse_session *session;
	int ret = EXIT_FAILURE;

	if (argc != 3)
		return EXIT_FAILURE;
	size = strtoul(argv[1], NULL, 10) % sizeof(content);
	memset(content, 'x', sizeof(content));
	session = fuse_session_new(&args, &ops, sizeof(ops), NULL);
	if (!session)
		return EXIT_FAILURE;
	if (fuse_set_signal_handlers(session) == 0 &&
	    fuse_session_mount(session, argv[2]) == 0) {
		ret = fuse_session_loop(session) < 0 ? EXIT_FAILURE
						     : EXIT_SUCCESS;
		fuse_session_unmount(session);
	}
	fuse_session_destroy(session);
	return ret;
}
