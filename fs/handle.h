/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One open(2): its content or reply, its own cursor, its own lock. Requests on
 * one descriptor are done one after the other; -ETIMEDOUT when too many wait.
 */
#ifndef NK_HANDLE_H
#define NK_HANDLE_H

#include <stdbool.h>

#include "nodes.h"

struct handle;

/*
 * What is shown as a whole is read here, so that its errors are open's.
 * -EACCES: the file is not for that, whatever root may do.
 */
int handle_open(const struct place *at, int flags, struct handle **handle);
void handle_close(struct handle *handle);
/* What the node functions are told, for a caller. */
struct place handle_place(const struct handle *handle, uid_t uid);
/* The kernel may keep what it reads here, from before and for later. */
bool handle_is_final(const struct handle *handle);

/* Bytes read or written, or -errno. */
ssize_t handle_read(struct handle *handle, uid_t uid, uint8_t *data, size_t len,
		    off_t offset);
ssize_t handle_write(struct handle *handle, uid_t uid, const uint8_t *data,
		     size_t len, off_t offset);
void handle_flush(struct handle *handle);

#endif
