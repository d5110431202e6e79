/* SPDX-License-Identifier: Apache-2.0 */
/* The file operations that FUSE calls. They work for all files alike. */
#include <errno.h>

#include "front.h"

/* A whole provisioning request can come in one write. */
#define LONGEST_WRITE 65536

static void op_init(void *userdata, struct fuse_conn_info *connection)
{
	struct front *front = userdata;

	/* What is written may be a key, and must not go through a pipe. */
	connection->want &= ~(unsigned int)FUSE_CAP_SPLICE_READ;
	/* A listing must not load the attributes of each file. */
	connection->want &= ~(unsigned int)FUSE_CAP_READDIRPLUS;
	connection->max_write = LONGEST_WRITE;
	front->initialized = true;
}

/* There is no storage for df(1) to count. Names have the usual length. */
static void op_statfs(fuse_req_t req, fuse_ino_t number)
{
	const struct statvfs st = { .f_bsize = 4096,
				    .f_frsize = 4096,
				    .f_namemax = 255 };

	(void)number;
	fuse_reply_statfs(req, &st);
}

const struct fuse_lowlevel_ops *front_ops(void)
{
	static struct fuse_lowlevel_ops ops = { .init = op_init,
						.statfs = op_statfs };

	ops_open(&ops);
	ops_writers(&ops);
	ops_io(&ops);
	ops_names(&ops);
	ops_directories(&ops);
	ops_attributes(&ops);
	return &ops;
}
