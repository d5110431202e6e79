/* SPDX-License-Identifier: Apache-2.0 */
/* What ops_open.c and ops_handles.c share. */
#ifndef NK_OPS_PRIVATE_H
#define NK_OPS_PRIVATE_H

#include <fcntl.h>

#include "front.h"

static inline bool is_writer(int flags)
{
	return (flags & O_ACCMODE) != O_RDONLY;
}

/* -ENFILE, -ENOMEM. */
int op_new_handle(struct front *front, fuse_req_t req, struct inode *inode,
		  int flags, struct handle **handle);
void op_close_handle(struct front *front, struct handle *handle);
/* `direct`: what the kernel keeps of the node is not what is read here. */
void op_reply_handle(struct front *front, fuse_req_t req, struct handle *handle,
		     bool direct);
/* Without content: what is read comes later. */
void op_open_empty(struct front *front, fuse_req_t req, struct inode *inode,
		   int flags);
/* -EBUSY when another has it open for writing. */
void op_open_one_writer(struct front *front, fuse_req_t req,
			struct inode *inode, int flags);
/* The chip's thread has opened a file of settings/. */
void op_opened(struct front *front, struct request *request);

#endif
