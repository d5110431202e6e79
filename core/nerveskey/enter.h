/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session: wake the chip where it was, and make sure that it is still the one
 * that the cache is about. Nothing is read anew here, and nobody is looked for:
 * what is lacking is reported as -EREMCHG, with the session left open, and
 * nerveskey_catch_up() makes it good. Then the whole of the request is run once
 * more, and goes on in that session.
 */
#ifndef NK_ENTER_H
#define NK_ENTER_H

#include <stdbool.h>

struct nerveskey;

/* What people and metrics call the things that are done with a chip. */
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
	LACKS_CHIP,	  /* nobody answers at once */
	LACKS_ZONES,	  /* another chip answers, or the zones are not known */
	LACKS_SETTINGS,	  /* not known, or another program wrote them */
	LACKS_PUBLIC_KEY, /* of a slot: enter_lacks_key() */
};

/* 0, -EREMCHG, or what leave() returns. */
int enter(struct nerveskey *key, enum operation operation);
/*
 * The same, and its serial is always read: for replies that do not show which
 * chip they come from.
 */
int enter_verified(struct nerveskey *key, enum operation operation);
/*
 * The same for what changes something of the chip that the caller knows: one
 * that is another since is left alone, and nerveskey_catch_up() says -ENODEV.
 */
int enter_to_change(struct nerveskey *key, enum operation operation);
/*
 * The same for who only wants to know who is there, unless that was seen within
 * a second, or a look is not worth its time: -EAGAIN.
 */
int enter_to_look(struct nerveskey *key);
/* In a session: -EREMCHG. */
int enter_lacks(struct nerveskey *key, enum operation operation,
		enum lack lack);
int enter_lacks_key(struct nerveskey *key, enum operation operation,
		    unsigned int slot);
/*
 * Sleep the chip, count, note the error with its sentence; returns what the file
 * system shows of it. -EREMCHG is returned as it is, and the session goes on.
 */
int leave(struct nerveskey *key, enum operation operation, int err);
/*
 * Show a failure found above this layer as last_error, with fail_reason().
 * `everybodys`: of a file that everybody may open. Of such, only failures of the
 * chip or its bus are shown, or any local user could hide from the operator
 * what went wrong.
 */
void nerveskey_note_failure(struct nerveskey *key, bool everybodys, int err);
/* Note a failure that needed no session; returns `err`. */
int refuse(struct nerveskey *key, int err);

/* End a session that would change another chip: -ENODEV, noted. */
int refuse_another(struct nerveskey *key, enum operation operation);

#endif
