/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Access to the files of a mount. Each function opens, works and closes. No
 * descriptor stays open, so the mount can disappear and come back.
 *
 * Returns 0 or -errno. -ENODEV: the chip or the daemon is gone, whatever the
 * kernel reported. -ENOENT: nothing is mounted, or it is no regular file.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* The longest path of a mount, in bytes with its NUL. */
#define MOUNT_PATH_MAX 1024

/* Bytes; larger than every file that is read as a whole. */
#define MOUNT_FILE_MAX 8192

/* Sets `out` to the whole file. -EFBIG: it exceeds MOUNT_FILE_MAX. */
int mount_read(const char *mount, const char *name, struct bytes *out);

/* Sets `data` to the first `len` bytes of a file. -EIO: it has fewer. */
int mount_fill(const char *mount, const char *name, uint8_t *data, size_t len);

/* What is written to a file like `sign`, and where its reply goes. */
struct question {
	const char *name;
	const uint8_t *request;
	size_t len;
	uint8_t *reply;
	size_t reply_len;
};

/*
 * Writes a request and reads the reply from the same handle, for `sign` and
 * `ecdh`. -EIO: the reply is shorter than `reply_len`.
 */
int mount_ask(const char *mount, const struct question *question);

/* The size of the chip serial in hex, with its NUL. */
#define MOUNT_SERIAL_SIZE 32
int mount_chip_serial(const char *mount, char serial[MOUNT_SERIAL_SIZE]);

/* Returns 0 when that chip is behind the mount, -ESTALE when another one is. */
int mount_is_chip(const char *mount, const char *chip_serial);
