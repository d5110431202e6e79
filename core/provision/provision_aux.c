/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The auxiliary pair: slots 14 and 15 hold its signer, slot 9 the device
 * certificate. Slot 9 tells whether there is a pair. So it is zeroed before
 * another signer is stored, and written last. A reader takes the pair only if
 * the signature verifies, and after a torn write it does not.
 */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "log.h"
#include "plan.h"

#define BLOCK_SIZE 32

struct aux_pair {
	uint8_t device[CERTIFICATE_SIZE];
	uint8_t signer_key[CERTIFICATE_SIZE]; /* 64 and zeros */
	uint8_t signer[CERTIFICATE_SIZE];
};

static int read_slot(struct atecc *chip, unsigned int slot,
		     uint8_t content[static CERTIFICATE_SIZE])
{
	return atecc_read_slot(chip, slot, content, CERTIFICATE_SIZE);
}

/* Write the blocks that differ, and read them back. */
static int store(struct atecc *chip, unsigned int slot,
		 const uint8_t content[static CERTIFICATE_SIZE])
{
	uint8_t now[CERTIFICATE_SIZE], block[BLOCK_SIZE];
	bool changed = false;
	int err;

	err = read_slot(chip, slot, now);
	for (unsigned int i = 0; i * BLOCK_SIZE < sizeof(now) && !err; i++) {
		size_t at = i * BLOCK_SIZE;
		size_t len = sizeof(now) - at < BLOCK_SIZE ? sizeof(now) - at
							   : BLOCK_SIZE;

		if (memcmp(now + at, content + at, len) == 0)
			continue;
		memset(block, 0, sizeof(block));
		memcpy(block, content + at, len);
		err = atecc_write(chip, ATECC_DATA, slot_address(slot, i, 0),
				  block, sizeof(block));
		changed = true;
	}
	if (err < 0 || !changed)
		return err;
	err = read_slot(chip, slot, now);
	if (err == 0 && memcmp(now, content, sizeof(now)) != 0)
		err = fail_because(
			EIO,
			"slot %u does not hold what was written to it: write "
			"the request again",
			slot);
	return err;
}

static bool is_stored(struct atecc *chip, unsigned int slot,
		      const uint8_t content[static CERTIFICATE_SIZE])
{
	uint8_t now[CERTIFICATE_SIZE];

	return read_slot(chip, slot, now) == 0 &&
	       memcmp(now, content, sizeof(now)) == 0;
}

static int store_pair(struct atecc *chip, const struct aux_pair *pair)
{
	static const uint8_t none[CERTIFICATE_SIZE];
	int err = 0;

	if (!is_stored(chip, SLOT_AUX_SIGNER_KEY, pair->signer_key) ||
	    !is_stored(chip, SLOT_AUX_SIGNER_CERT, pair->signer))
		err = store(chip, SLOT_AUX_DEVICE_CERT, none);
	if (err == 0)
		err = store(chip, SLOT_AUX_SIGNER_KEY, pair->signer_key);
	if (err == 0)
		err = store(chip, SLOT_AUX_SIGNER_CERT, pair->signer);
	if (err == 0)
		err = store(chip, SLOT_AUX_DEVICE_CERT, pair->device);
	return err;
}

/* Read serial and board from OTP, and the public key. */
static int read_identity(struct plan *plan, struct atecc *chip)
{
	int err;

	err = atecc_read_otp(chip, plan->otp);
	if (err == 0)
		err = otp_decode(plan->otp, &plan->identity);
	if (err == 0)
		err = plan_public_key(chip, plan->public_key);
	return err;
}

static int check_slots(struct plan *plan)
{
	static const unsigned int slots[] = { SLOT_AUX_DEVICE_CERT,
					      SLOT_AUX_SIGNER_KEY,
					      SLOT_AUX_SIGNER_CERT };

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (config_slot_is_locked(plan->config, slots[i]))
			return plan_against(
				plan,
				fail_because(
					EPERM,
					"slot %u is locked, so the auxiliary "
					"certificates of this chip can never change",
					slots[i]));
	return 0;
}

static int plan_slots(struct plan *plan, const struct staged *staged,
		      struct atecc *chip)
{
	int err;

	err = plan_chip(plan, staged, chip, USE_AUX);
	return err < 0 ? err : check_slots(plan);
}

int plan_aux(struct plan *plan, const struct attempt *attempt,
	     struct atecc *chip)
{
	int err;

	*plan = (struct plan){ .attempt = *attempt };
	err = plan_slots(plan, &attempt->request->staged, chip);
	if (err == 0)
		err = plan_lines(plan);
	if (err == 0)
		err = plan_open_signer(plan);
	if (err == 0)
		err = read_identity(plan, chip);
	if (err == 0)
		err = plan_certify(plan, attempt->now);
	/* The key stays, so another signature needs another issue hour. */
	return err == -ERANGE ? -EIO : err;
}

int apply_aux(const struct plan *plan, struct atecc *chip)
{
	struct aux_pair pair = { 0 };
	int err;

	memcpy(pair.device, plan->device_cert, CERTIFICATE_SIZE);
	memcpy(pair.signer_key, signer_public_key(plan->signer), 64);
	memcpy(pair.signer, signer_compressed(plan->signer), CERTIFICATE_SIZE);
	err = store_pair(chip, &pair);
	if (err == 0)
		log_write(LOG_LEVEL_INFO,
			  "chip %s: auxiliary certificates written",
			  plan->chip_name);
	return err;
}

int plan_clear(struct plan *plan, const struct attempt *attempt,
	       struct atecc *chip)
{
	static const struct staged nothing;

	*plan = (struct plan){ .attempt = *attempt };
	return plan_slots(plan, &nothing, chip);
}

int apply_clear(const struct plan *plan, struct atecc *chip)
{
	static const struct aux_pair zeros;
	int err;

	err = store_pair(chip, &zeros);
	if (err == 0)
		log_write(LOG_LEVEL_INFO,
			  "chip %s: auxiliary certificates cleared",
			  plan->chip_name);
	return err;
}
