/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bytes.h"

/*
 * Sets `content` to the whole file; "-" is standard input. -EFBIG: more than 64
 * KiB. Other errors are those of open and read.
 */
int file_read(const char *path, struct bytes *content);

/* Creates a file with that content, or nothing. -EEXIST: it exists. */
int file_create(const char *path, const struct bytes *content);

/* As above; writes to standard output when `path` is NULL. */
int file_put(const char *path, const struct bytes *content);

/*
 * NAME.cert and NAME.key (mode 0600), both new. They are opened before their
 * content is made, and removed unless both can be written.
 */
struct file_pair {
	struct bytes cert_path, key_path;
	int cert, key; /* descriptors */
};

/* -EEXIST: one of them exists. After an error the pair must not be closed. */
int file_pair_open(const char *name, struct file_pair *pair);
int file_pair_write(struct file_pair *pair, const struct bytes *cert,
		    const struct bytes *key);
/* Closes the pair and returns `err`. Below 0, both files are removed. */
int file_pair_close(struct file_pair *pair, int err);
