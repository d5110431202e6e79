/* SPDX-License-Identifier: Apache-2.0 */
/* A plan: what a request would do to this chip. */
#pragma once

#include <stdint.h>
#include <time.h>

#include "atecc.h"
#include "certificate.h"
#include "key_state.h"
#include "signer.h"
#include "slots.h"
#include "stage.h"

/*
 * The functions that plan set its fields and make all checks. They only read the
 * chip. -EKEYREVOKED: what was read shows that the chip is locked against the
 * request. -EPERM: the chip refused a command, perhaps because of a bad bus.
 */
struct plan {
	const struct staged *staged;
	time_t now;
	uint16_t items; /* bits: the staged items that count for this chip */
	enum config_kind kind;	     /* that the request is for */
	enum key_state state;	     /* as found */
	uint8_t config[CONFIG_SIZE]; /* as found */
	uint8_t chip_serial[CHIP_SERIAL_SIZE];
	char chip_name[2 * CHIP_SERIAL_SIZE + 1]; /* serial in hex */
	struct otp identity;
	uint8_t otp[OTP_SIZE];
	struct signer *signer; /* the caller frees it, also after errors */
	uint8_t public_key[64];
	uint8_t device_cert[COMPRESSED_SIZE];
	/* What slots are to hold, followed by zeros; not owned. */
	struct bytes slots[SLOT_COUNT];
};

static inline bool plan_has(const struct plan *plan, enum item item)
{
	return plan->items & ITEM_BIT(item);
}

/*
 * Read which chip this is and how far it is provisioned, and check that `use` is
 * allowed. -EINVAL: the request is for another chip or part. -EKEYREVOKED: the
 * chip is complete, foreign or Trust&Go. -ENODATA: auxiliary certificates for a
 * chip that is not complete.
 */
int plan_chip(struct plan *plan, struct atecc *chip, enum use use);
/* What each verb needs beyond that; plan_aux_slots() is for clear. */
int plan_commit(struct plan *plan, struct atecc *chip);
int plan_begin(struct plan *plan, struct atecc *chip);
int plan_aux(struct plan *plan, struct atecc *chip);
int plan_aux_slots(struct plan *plan, struct atecc *chip);

/* Carry out a plan. Errors of the bus, and -EPERM as above. */
int apply_commit(struct plan *plan, struct atecc *chip);
int apply_begin(struct plan *plan, struct atecc *chip);
int apply_aux(struct plan *plan, struct atecc *chip);

/* Check the staged items. -EINVAL: one is missing, or two exclude each other. */
int plan_lines(const struct plan *plan);
/*
 * Set serial, board and user bytes from what is staged or the defaults. -EINVAL:
 * a name is not allowed, and the OTP zone cannot hold it already.
 */
int plan_identity(struct plan *plan);
/* Set plan->signer from the staged items. */
int plan_open_signer(struct plan *plan);
/*
 * Set plan->device_cert for plan->public_key: the staged certificate, which must
 * be for that key, or one that is issued now. -ERANGE as signer_issue().
 */
int plan_certify(struct plan *plan);
/*
 * Set `public_key` to that of slot 0. -ENODATA, without a sentence: the chip
 * said twice that there is none.
 */
int plan_public_key(struct atecc *chip, uint8_t public_key[static 64]);
/* The device whose certificate the plan is about, as the one with that key. */
struct certificate_device plan_device(const struct plan *plan,
				      const uint8_t public_key[static 64]);

/* Note what a slot is to hold; the data stays the caller's. */
void plan_put(struct plan *plan, unsigned int slot, const uint8_t *data,
	      size_t len);
/* Set `content` to what a slot is to hold. */
void plan_slot(const struct plan *plan, unsigned int slot,
	       uint8_t content[static SLOT_SIZE_MAX]);
/*
 * Check that OTP, device key and certificates on the chip are those of the
 * request and fit each other. Only reads. -EUCLEAN: they do not; the sentence
 * has the reason.
 */
int plan_verify(const struct plan *plan, struct atecc *chip);
