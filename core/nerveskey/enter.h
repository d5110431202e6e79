/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session: wake the chip where it was, and check that it is still the chip
 * that the cache describes. This layer does not search for a chip and does not
 * fill the cache. If something is lacking, it returns -EREMCHG and leaves the
 * session open. nerveskey_catch_up() then gets what is lacking, and the whole
 * request is run once more in that session.
 */
#pragma once

#include <stdbool.h>

struct nerveskey;

/* Operations with a chip, as messages and metrics name them. */
enum operation {
	OP_OPEN,
	OP_READ,
	OP_SIGN,
	OP_RANDOM,
	OP_ECDH,
	OP_ACTIVATE,
	OP_DERIVE,
	OP_SLOT_READ,
	OP_SLOT_WRITE,
	OP_SETTINGS_READ,
	OP_SETTINGS_WRITE,
	OP_PROVISION,
	OP_STATUS,
	OP_COUNT
};
const char *operation_name(enum operation operation);

enum lack {
	LACKS_CHIP,	  /* no chip answers at once */
	LACKS_ZONES,	  /* another chip answers, or the zones are not known */
	LACKS_SETTINGS,	  /* not known, or another program wrote them */
	LACKS_LOOK,	  /* the same, and no session was begun for them */
	LACKS_PUBLIC_KEY, /* that of run.slot */
};

/* Begin a session. 0, -EREMCHG, or what leave() returns. */
int enter(struct nerveskey *key, enum operation operation);
/*
 * The same, but always read the serial: for replies that do not show which chip
 * they come from.
 */
int enter_verified(struct nerveskey *key, enum operation operation);
/*
 * The same for a change that is meant for the chip that the caller knows. If
 * another chip answers, nothing is changed and nerveskey_catch_up() returns
 * -ENODEV.
 */
int enter_to_change(struct nerveskey *key, enum operation operation);
/*
 * The same to see only which chip answers. -EAGAIN: that was seen at most a
 * second ago, or the bus is in trouble and a look would take too long.
 */
int enter_to_look(struct nerveskey *key);
/* Note within a session what the request lacks. Returns -EREMCHG. */
int enter_lacks(struct nerveskey *key, enum operation operation,
		enum lack lack);
/*
 * End a session: let the chip sleep, count the operation, and note an error with
 * its sentence. Returns the errno that the file system shows. -EREMCHG is
 * returned unchanged, and the session goes on.
 */
int leave(struct nerveskey *key, enum operation operation, int err);
/*
 * Note a failure that was found above this layer: last_error shows it with
 * fail_reason(). `everybodys`: it is of a file that everybody may open. Such a
 * failure is noted only if the chip or its bus caused it. Otherwise any local
 * user could overwrite what the operator must see.
 */
void nerveskey_note_failure(struct nerveskey *key, bool everybodys, int err);
/* Note a failure that needed no session. Returns `err`. */
int refuse(struct nerveskey *key, int err);

/* End a session that would change another chip. Notes and returns -ENODEV. */
int refuse_another(struct nerveskey *key, enum operation operation);
