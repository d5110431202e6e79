/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of one mount. Each function opens, works and closes: no descriptor
 * outlives a call, so that the mount can go and come back at any time.
 *
 * 0 or -errno. A chip or a daemon that is gone is -ENODEV, however the kernel
 * put it; what is not mounted at all, or is no regular file, is -ENOENT.
 */
#ifndef NK_PKCS11_MOUNT_H
#define NK_PKCS11_MOUNT_H

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

/* The longest path of a mount, with its NUL. */
#define MOUNT_PATH_MAX 1024

/* More than any file of the mount that is read as a whole. */
#define MOUNT_FILE_MAX 8192

/*
 * The whole of a file into `out` (set); -EFBIG when it is longer than
 * MOUNT_FILE_MAX.
 */
int mount_read(const char *mount, const char *name, struct bytes *out);

/* Exactly `len` bytes from the start of a file; -EIO when there are fewer. */
int mount_fill(const char *mount, const char *name, uint8_t *data, size_t len);

/*
 * Write a request and read its reply from the same handle: the files `sign`
 * and `ecdh`. -EIO when the reply is shorter than `reply_len`.
 */
int mount_ask(const char *mount, const char *name, const uint8_t *request,
	      size_t len, uint8_t *reply, size_t reply_len);

/* The chip's serial number in hex, and a NUL. */
#define MOUNT_SERIAL_SIZE 32
int mount_chip_serial(const char *mount, char serial[MOUNT_SERIAL_SIZE]);

/* 0 when that chip is behind the mount, -ESTALE when it is another one. */
int mount_is_chip(const char *mount, const char *chip_serial);

#endif
