/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "bytes.h"

/*
 * Sets `content` to the whole file; "-" is standard input. -EFBIG: more than 64
 * KiB. Other errors are those of open and read.
 */
int file_read(const char *path, struct bytes *content);

/*
 * Creates a file with that content, or nothing; NULL is standard output.
 * -EEXIST: it exists.
 */
int file_put(const char *path, const struct bytes *content);

/* The same for NAME.key (mode 0600) and NAME.cert: both, or nothing. */
int file_create_pair(const char *name, const struct bytes *cert,
		     const struct bytes *key);
