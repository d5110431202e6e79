/* SPDX-License-Identifier: Apache-2.0 */
/* Read and write all of a buffer, also when signals interrupt the calls. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/*
 * Sets up to `len` bytes of `data`, fewer at the end of the file. Returns their
 * number or -errno.
 */
ssize_t read_all(int fd, void *data, size_t len);
/* Write `len` bytes. 0 or -errno. */
int write_all(int fd, const void *data, size_t len);
