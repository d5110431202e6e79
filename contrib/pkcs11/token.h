/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The content of a mount, read once: the chip's names and the objects of its
 * files. A token does not change. When the mount changes, a new token is made.
 */
#pragma once

#include <stdbool.h>

#include "mount.h"
#include "object.h"

/* The content of `status`. */
struct token_status {
	char chip_serial[MOUNT_SERIAL_SIZE];
	char serial[64]; /* the manufacturer's; may be empty */
	char model[32];
	char keys[64]; /* slots in keys/, comma-separated */
	bool aux;      /* has auxiliary certificates */
};

struct token {
	struct token_status status;
	struct object *objects; /* in search order: the device's come first */
	int err;		/* out of memory for an object */
};

/*
 * Reads the mount. With `known` (may be NULL), which must be the chip behind
 * the mount, it does not read `status`, because that wakes the chip.
 *
 * -ENODEV or -ENOENT: the mount or its chip is not there. Other errors:
 * -ENOMEM, or that of a file that should be readable. A certificate that is
 * missing or cannot be parsed gives no object and no error.
 */
int token_load(const char *mount, const struct token_status *known,
	       struct token **token);
void token_free(struct token *token);

/* Whether it has a private key: the device's, or one of keys/. */
bool token_has_key(const struct token *token);
