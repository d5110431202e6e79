/* SPDX-License-Identifier: Apache-2.0 */
/* A plan: what a request would do to this chip. */
#pragma once

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

/* What was asked for, so that it can be planned a second time. */
struct attempt {
	int (*plan)(struct plan *plan, const struct attempt *attempt,
		    struct atecc *chip);
	const struct provision *request;
	time_t now;
};

struct plan {
	struct attempt attempt;
	/* The chip was read and is locked against the request: a real -EPERM. */
	bool against;
	const struct staged *staged;
	uint16_t items; /* bits: the staged items that count for this chip */
	enum config_kind kind;
	uint16_t lock_slots;	     /* bits: the slots to lock */
	enum key_state state;	     /* as found */
	uint8_t config[CONFIG_SIZE]; /* as found */
	uint8_t chip_serial[CHIP_SERIAL_SIZE];
	char chip_name[2 * CHIP_SERIAL_SIZE + 1]; /* serial in hex */
	struct otp identity;
	uint8_t otp[OTP_SIZE];
	struct signer *signer;
	uint8_t public_key[64];
	uint8_t device_cert[CERTIFICATE_SIZE];
};

/* The steps to a complete chip, in their order. */
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

/* Log that a step is done, and report it as progress. */
void plan_tell(const struct plan *plan, enum step step);

static inline bool plan_has(const struct plan *plan, enum item item)
{
	return plan->items & ITEM_BIT(item);
}

/* The request has mode=volatile. */
bool plan_is_volatile(const struct plan *plan);
/*
 * Read which chip this is and how far it is provisioned, and check that `use` is
 * allowed. Sets the fields of `plan` about the chip. -EINVAL: the request is for
 * another chip or part. -EPERM (see plan_against()): the chip is complete,
 * foreign or Trust&Go. -ENODATA: auxiliary certificates for a chip that is not
 * complete.
 */
int plan_chip(struct plan *plan, const struct staged *staged,
	      struct atecc *chip, enum use use);
/*
 * Set serial, board and user bytes from what is staged or the defaults. -EINVAL:
 * a name is not allowed, and the OTP zone cannot hold it already.
 */
int plan_identity(struct plan *plan);
/* Check the staged items. -EINVAL: one is missing, or two exclude each other. */
int plan_lines(const struct plan *plan);
/*
 * Set `plan` for `attempt`, and make all checks. They only read the chip. The
 * caller wipes `plan` with plan_free(), also after errors. plan_make() plans a
 * commit, plan_begin() a begin, plan_aux() auxiliary certificates and
 * plan_clear() their removal. -EPERM: plan->against tells whether the chip is
 * locked against the request or refused a read.
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

/* Carry out a plan. Errors of the bus; for -EPERM see plan_settle(). */
int apply_commit(struct plan *plan, struct atecc *chip, time_t now);
int apply_begin(struct plan *plan, struct atecc *chip);
int apply_aux(const struct plan *plan, struct atecc *chip);
int apply_clear(const struct plan *plan, struct atecc *chip);

/* Note that the chip is locked against the request; returns `err`, -EPERM. */
int plan_against(struct plan *plan, int err);
/*
 * Confirm the error of planning or applying, and return it. A chip on a bad bus
 * may refuse a command that it would take. So after -EPERM this plans once more:
 * it returns -EPERM when the chip is locked against the request, -ENODEV or
 * -ETIMEDOUT when there is no chip now, else -EIO. Other errors are returned
 * unchanged.
 */
int plan_settle(struct plan *plan, struct atecc *chip, int err);
/*
 * Set `public_key` to that of slot 0. -ENODATA, without a sentence: the chip
 * said twice that there is none.
 */
int plan_public_key(struct atecc *chip, uint8_t public_key[static 64]);

/* Set plan->signer from the staged items. plan_free() frees it. */
int plan_open_signer(struct plan *plan);
/*
 * Set plan->device_cert for plan->public_key: the staged certificate, which must
 * be for that key, or one that is issued now. -ERANGE as signer_issue().
 */
int plan_certify(struct plan *plan, time_t now);

/* Set `content` to what a slot is to hold before the data zone is locked. */
void plan_slot(const struct plan *plan, unsigned int slot,
	       uint8_t content[static SLOT_SIZE_MAX]);

/*
 * Check that OTP, device key and certificates on the chip are those of the
 * request and fit each other. Only reads. -EUCLEAN: they do not; the sentence
 * has the reason.
 */
int plan_verify(const struct plan *plan, struct atecc *chip);
