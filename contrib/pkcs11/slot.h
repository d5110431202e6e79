/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slots: paths where a mount may be, fixed at C_Initialize. A slot keeps its
 * number and its knowledge of the chip when the mount goes and comes back.
 */
#pragma once

#include <stdbool.h>

#include "cryptoki.h"
#include "mount.h"
#include "token.h"

#define SLOTS_MAX 16

struct slot {
	ck_slot_id_t id;
	char path[MOUNT_PATH_MAX];
	struct token *token; /* the last one seen; NULL: none */
	bool looked;	     /* `present` was checked */
	bool present;
	bool event; /* for C_WaitForSlotEvent */
	/*
	 * Counts the chips seen here, from 1. Sessions and a login belong to
	 * one chip.
	 */
	unsigned long chip;
	/*
	 * The `chip` that the user is logged in to; 0: none. All sessions of a
	 * token share one login, which ends with the last of them.
	 */
	unsigned long login;
};

/*
 * Takes the slots from NERVESKEY_MOUNT, else /etc/nerveskeyfs/mounts, else
 * /mnt/nerveskey. Call it with the lock held. CKR_ARGUMENTS_BAD: too many
 * paths, or one is too long.
 */
ck_rv_t slots_init(void);
void slots_clear(void);

/* Sets `count`, or returns CKR_CRYPTOKI_NOT_INITIALIZED. */
ck_rv_t slots_count(size_t *count);

/* Drops the lock if the pointer is set, and clears it. */
void slot_leave(struct slot **slot);

/* A pointer for slot_enter(), whose lock is dropped where the block ends. */
#define SLOT_LOCAL(name) \
	struct slot *name __attribute__((cleanup(slot_leave))) = NULL

/*
 * Returns CKR_OK, takes the lock and sets `slot`; or returns an error such as
 * CKR_SLOT_ID_INVALID.
 */
ck_rv_t slot_enter(ck_slot_id_t id, struct slot **slot);

/* As slot_enter(), but reads the mount first when the token was not there. */
ck_rv_t slot_enter_present(ck_slot_id_t id, struct slot **slot);

/*
 * Reads the mount. Returns CKR_OK, CKR_TOKEN_NOT_PRESENT, or another error. A
 * mount may come back with the same chip; `chip` counts only other chips. Call
 * it without the lock. SLOT_ASK makes the mount ask whether the chip answers;
 * SLOT_READ reads only files when the token is known to be there.
 */
enum slot_look { SLOT_ASK, SLOT_READ };
ck_rv_t slot_look(ck_slot_id_t id, enum slot_look look);

/*
 * Sends a request to the chip of the slot's token through mount_ask().
 * CKR_DEVICE_REMOVED: it is gone or replaced. Call it without the lock.
 */
ck_rv_t slot_ask(ck_slot_id_t id, const struct question *question);

/*
 * Sets `random` to `len` bytes of the chip's generator. Call it without the
 * lock.
 */
ck_rv_t slot_random(ck_slot_id_t id, uint8_t *random, size_t len);
