/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files and pieces of them, whatever signals come in between. */
#ifndef NK_IO_H
#define NK_IO_H

#include <stddef.h>
#include <sys/types.h>

/* Until `len` bytes or the end of the file: bytes read, or -errno. */
ssize_t read_all(int fd, void *data, size_t len);
/* 0 or -errno. */
int write_all(int fd, const void *data, size_t len);

#endif
