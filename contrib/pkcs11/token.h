/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a mount holds, read once: the chip's names and the objects that its
 * files are. A token does not change; a mount that has changed makes a new one.
 */
#ifndef NK_PKCS11_TOKEN_H
#define NK_PKCS11_TOKEN_H

#include <stdbool.h>

#include "mount.h"
#include "object.h"

/* The device's objects, certificates, and a pair for each of the chip's slots. */
#define TOKEN_KEY_SLOTS	  16
#define TOKEN_OBJECTS_MAX (6 + 2 * TOKEN_KEY_SLOTS)

/* The handle of the key that the files at the top of the mount use. */
#define TOKEN_DEVICE_KEY 1

/* What reading `status` tells. */
struct token_status {
	char chip_serial[MOUNT_SERIAL_SIZE];
	char serial[64]; /* the manufacturer's; may be empty */
	char model[32];
	char keys[64]; /* slots of keys/, with commas between them */
	bool aux;      /* there are auxiliary certificates */
};

/* In the order in which they are found: what is the device's comes first. */
struct token {
	struct token_status status;
	size_t count;
	struct object *objects[TOKEN_OBJECTS_MAX];
	int err; /* of building any object so far */
};

/*
 * Read the mount. With `known` (may be NULL), and that chip behind the mount,
 * what is known is taken for true: reading `status` wakes the chip. 0; -ENODEV
 * or -ENOENT when the mount is not there or its chip is not; -ENOMEM; the error
 * of a file that should have been readable. A certificate that is missing or
 * does not parse is no object, and does not spoil the others.
 */
int token_load(const char *mount, const struct token_status *known,
	       struct token **token);
void token_free(struct token *token);

/* NULL when the token has none of that handle. */
const struct object *token_object(const struct token *token,
				  ck_object_handle_t handle);

#endif
