/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots: the places where a mount may be, fixed at C_Initialize. A slot keeps
 * its number, and what it knew of its chip, when the mount goes and comes back.
 */
#ifndef NK_PKCS11_SLOT_H
#define NK_PKCS11_SLOT_H

#include <stdbool.h>

#include "cryptoki.h"
#include "mount.h"
#include "token.h"

#define SLOTS_MAX 16

struct slot {
	char path[MOUNT_PATH_MAX];
	struct token *token; /* the latest one; NULL: none has been seen */
	bool looked;	     /* `present` is known, not assumed */
	bool present;
	bool event; /* for C_WaitForSlotEvent */
	/*
	 * Counts the chips that have been here, from 1. Sessions and a login are
	 * with one chip.
	 */
	unsigned long chip;
};

/*
 * The slots from NERVESKEY_MOUNT, else from /etc/nerveskeyfs/mounts, else
 * /mnt/nerveskey. With the lock held. CKR_ARGUMENTS_BAD for too many or too
 * long a path.
 */
ck_rv_t slots_init(void);
void slots_clear(void);
size_t slots_count(void);

/* CKR_OK with the lock held, and `slot` set; else CKR_SLOT_ID_INVALID, ... */
ck_rv_t slot_enter(ck_slot_id_t id, struct slot **slot);

/* The slot of an open session, with the lock held. */
struct slot *slot_of(ck_slot_id_t id);

/* Like slot_enter(); the mount is read first when its token was not there. */
ck_rv_t slot_enter_present(ck_slot_id_t id, struct slot **slot);

/*
 * Read what the mount holds now. CKR_OK, CKR_TOKEN_NOT_PRESENT, or the error.
 * A mount may come back with the same chip; `chip` counts when it is another
 * one. Without the lock. The first looks whether the chip answers; the second
 * is content with files when the token is known to be there.
 */
ck_rv_t slot_refresh(ck_slot_id_t id);
ck_rv_t slot_reread(ck_slot_id_t id);

/*
 * Ask the chip that the slot's token is (mount_ask()). CKR_DEVICE_REMOVED when
 * it is gone, or another is in its place. Without the lock.
 */
ck_rv_t slot_ask(ck_slot_id_t id, const char *name, const uint8_t *request,
		 size_t len, uint8_t *reply, size_t reply_len);

/* `len` bytes of the chip's generator. Without the lock. */
ck_rv_t slot_random(ck_slot_id_t id, uint8_t *random, size_t len);

#endif
