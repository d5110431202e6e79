/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of ops*.c: what operations share, and those of the other files. */
#ifndef NK_OPS_PRIVATE_H
#define NK_OPS_PRIVATE_H

#include "handle.h"
#include "ops.h"

struct handle *op_handle(const struct fuse_file_info *fi);
/* Of an open file when there is one: it may have another name by now. */
int op_locate(const char *path, const struct fuse_file_info *fi,
	      struct place *at);
/* A failure is said once, for the log and for `status`. Returns `err`. */
int op_finish(const struct place *at, const char *verb, int err);
/* Make what is only in memory last. */
int op_settle(const struct place *at);

/* ops_attributes.c */
int op_utimens(const char *path, const struct timespec times[2],
	       struct fuse_file_info *fi);
int op_chmod(const char *path, mode_t mode, struct fuse_file_info *fi);
int op_chown(const char *path, uid_t uid, gid_t gid, struct fuse_file_info *fi);
int op_getxattr(const char *path, const char *name, char *buffer, size_t size);
int op_setxattr(const char *path, const char *name, const char *value,
		size_t size, int flags);
int op_listxattr(const char *path, char *buffer, size_t size);
int op_removexattr(const char *path, const char *name);

/* ops_names.c */
int op_unlink(const char *path);
int op_rename(const char *from, const char *to, unsigned int flags);
int op_mkdir(const char *path, mode_t mode);
int op_rmdir(const char *path);
int op_mknod(const char *path, mode_t mode, dev_t device);
int op_link(const char *from, const char *to);

#endif
