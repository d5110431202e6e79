/* SPDX-License-Identifier: Apache-2.0 */
/* What a request comes down to on the chip that is there. */
#ifndef NK_PROVISION_PLAN_H
#define NK_PROVISION_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "atecc.h"
#include "certificate.h"
#include "key_state.h"
#include "signer.h"
#include "slots.h"
#include "stage.h"

#define SLOT_SIZE_MAX	 416
#define CERTIFICATE_SIZE COMPRESSED_SIZE

struct plan;

/* What was asked for, so that it can be planned again. */
struct attempt {
	int (*plan)(struct plan *plan, const struct attempt *attempt,
		    struct atecc *chip);
	const struct provision *request;
	time_t now;
};

struct plan {
	struct attempt attempt;
	/* The chip, as it was read, is locked against it: what -EPERM says. */
	bool against;
	const struct staged *staged;
	uint16_t items; /* the staged ones that count for this chip */
	enum config_kind kind;
	uint16_t lock_slots;	     /* bits: those that get locked */
	enum key_state state;	     /* as found */
	uint8_t config[CONFIG_SIZE]; /* as found */
	uint8_t chip_serial[CHIP_SERIAL_SIZE];
	char chip_name[2 * CHIP_SERIAL_SIZE + 1]; /* hex, for people */
	struct otp identity;
	uint8_t otp[OTP_SIZE];
	struct signer *signer;
	uint8_t public_key[64];
	uint8_t device_cert[CERTIFICATE_SIZE];
};

/* What is done on the way to a complete chip, in this order. */
enum step {
	CONFIGURATION_WRITTEN = 1,
	CONFIGURATION_LOCKED,
	OTP_WRITTEN,
	KEY_MADE,
	SLOTS_WRITTEN,
	DATA_LOCKED,
	DATA_VERIFIED,
	COMPLETE,
	STEP_COUNT = COMPLETE
};

/* For the log, and for whoever hears of progress. */
void plan_tell(const struct plan *plan, enum step step);

static inline bool plan_has(const struct plan *plan, enum item item)
{
	return plan->items & ITEM_BIT(item);
}

/* The request has mode=volatile. */
bool plan_is_volatile(const struct plan *plan);
/*
 * Which chip is this, how far is it, and does that permit the action: -EINVAL
 * when the request is for another chip or part, -EPERM (see plan_against())
 * when the chip is complete, foreign or Trust&Go, -ENODATA for auxiliary
 * certificates of one that is not complete.
 */
int plan_chip(struct plan *plan, const struct staged *staged,
	      struct atecc *chip, enum use use);
/*
 * Serial, board and user bytes: staged, or by default. -EINVAL for names that
 * nobody should have for ever, unless the OTP zone may hold them already.
 */
int plan_identity(struct plan *plan);
/* -EINVAL with what is missing, or does not go together. */
int plan_lines(const struct plan *plan);
/*
 * Plan `attempt`: everything that can be refused. Reads only. Wipe with
 * plan_free(), also after errors. plan_make() is for a commit, plan_aux() for
 * auxiliary certificates, plan_clear() for their end, plan_begin() for a
 * begin. -EPERM with plan->against, or without when the chip refused to be
 * read.
 */
int plan_make(struct plan *plan, const struct attempt *attempt,
	      struct atecc *chip);
int plan_aux(struct plan *plan, const struct attempt *attempt,
	     struct atecc *chip);
int plan_clear(struct plan *plan, const struct attempt *attempt,
	       struct atecc *chip);
int plan_begin(struct plan *plan, const struct attempt *attempt,
	       struct atecc *chip);
void plan_free(struct plan *plan);

/* Do it. Errors are those of the bus; see plan_settle() about -EPERM. */
int apply_commit(struct plan *plan, struct atecc *chip, time_t now);
int apply_begin(struct plan *plan, struct atecc *chip);
int apply_aux(const struct plan *plan, struct atecc *chip);
int apply_clear(const struct plan *plan, struct atecc *chip);

/* Note that the chip is locked against the request; returns `err`, -EPERM. */
int plan_against(struct plan *plan, int err);
/*
 * What to return for `err`, which planning or applying came to. -EPERM is left
 * so only when the chip, read again, is locked against the request; else it
 * was a false refusal, -EIO. Others are returned as they are. Plans anew.
 */
int plan_settle(struct plan *plan, struct atecc *chip, int err);
/*
 * The public key of slot 0. Asked for twice before it is -ENODATA, without a
 * sentence: there is none.
 */
int plan_public_key(struct atecc *chip, uint8_t public_key[static 64]);

/* The signer of the staged items. The caller frees it. */
int plan_open_signer(struct plan *plan);
/*
 * The device certificate for plan->public_key: the staged one when it is that
 * key's, else one that is issued now. -ERANGE as signer_issue().
 */
int plan_certify(struct plan *plan, time_t now);

/* What a slot holds before the data zone is locked. */
void plan_slot(const struct plan *plan, unsigned int slot,
	       uint8_t content[static SLOT_SIZE_MAX]);

/*
 * OTP, device key, and certificates on the chip are those of the request,
 * and fit each other: -EUCLEAN with the reason when not. Reads only.
 */
int plan_verify(const struct plan *plan, struct atecc *chip);

#endif
