/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_CA_FILES_H
#define NK_CA_FILES_H

#include "bytes.h"

/* A whole file, "-" for standard input. -EFBIG above 64 KiB; errors of open and read. */
int file_read(const char *path, struct bytes *content);

/* A new file of that content, or none. -EEXIST when there is one. */
int file_create(const char *path, const struct bytes *content);

/* The same; standard output when `path` is NULL. */
int file_put(const char *path, const struct bytes *content);

/*
 * NAME.cert and NAME.key (mode 0600), new files: opened before anything is
 * made for them, and neither is left behind unless both could be written.
 */
struct file_pair {
	struct bytes cert_path, key_path;
	int cert, key; /* descriptors */
};

/* -EEXIST when there is one of the two. Not to be closed after an error. */
int file_pair_open(const char *name, struct file_pair *pair);
int file_pair_write(struct file_pair *pair, const struct bytes *cert,
		    const struct bytes *key);
/* `err` is what came of it all, and is returned: below 0 both are removed. */
int file_pair_close(struct file_pair *pair, int err);

#endif
