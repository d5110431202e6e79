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

/* In the order of writing. All have the size of a compressed certificate. */
enum { SIGNER_KEY, SIGNER_CERT, DEVICE_CERT, SLOTS };
static const unsigned int slots[SLOTS] = {
	[SIGNER_KEY] = SLOT_AUX_SIGNER_KEY,
	[SIGNER_CERT] = SLOT_AUX_SIGNER_CERT,
	[DEVICE_CERT] = SLOT_AUX_DEVICE_CERT,
};

int plan_aux_slots(struct plan *plan, struct atecc *chip)
{
	(void)chip;
	for (size_t i = 0; i < SLOTS; i++)
		if (config_slot_is_locked(plan->config, slots[i]))
			return fail_because(
				EKEYREVOKED,
				"slot %u is locked, so the auxiliary "
				"certificates of this chip can never change",
				slots[i]);
	return 0;
}

/* Read serial and board from OTP, and the public key. */
static int read_identity(struct plan *plan, struct atecc *chip)
{
	int err;

	err = atecc_read_otp(chip, plan->otp);
	if (err == 0)
		err = otp_decode(plan->otp, &plan->identity);
	return err < 0 ? err : plan_public_key(chip, plan->public_key);
}

int plan_aux(struct plan *plan, struct atecc *chip)
{
	int err;

	err = plan_aux_slots(plan, chip);
	if (err == 0)
		err = plan_lines(plan);
	if (err == 0)
		err = plan_open_signer(plan);
	if (err == 0)
		err = read_identity(plan, chip);
	if (err == 0)
		err = plan_certify(plan);
	if (err < 0) /* The key stays: another signature needs another hour. */
		return err == -ERANGE ? -EIO : err;
	plan->slots[SLOT_AUX_SIGNER_KEY] = plan->slots[SLOT_SIGNER_KEY];
	plan->slots[SLOT_AUX_SIGNER_CERT] = plan->slots[SLOT_SIGNER_CERT];
	plan->slots[SLOT_AUX_DEVICE_CERT] = plan->slots[SLOT_DEVICE_CERT];
	return 0;
}

/* Write the blocks that differ from `now`, and read the slot back into it. */
static int store(struct atecc *chip, unsigned int slot,
		 uint8_t now[static COMPRESSED_SIZE],
		 const uint8_t content[static SLOT_SIZE_MAX])
{
	bool changed = false;
	int err;

	for (unsigned int i = 0; i * BLOCK_SIZE < COMPRESSED_SIZE; i++) {
		size_t at = i * BLOCK_SIZE, left = COMPRESSED_SIZE - at;

		if (memcmp(now + at, content + at,
			   left < BLOCK_SIZE ? left : BLOCK_SIZE) == 0)
			continue;
		err = atecc_write(chip, ATECC_DATA, slot_address(slot, i, 0),
				  content + at, BLOCK_SIZE);
		if (err < 0)
			return err;
		changed = true;
	}
	if (!changed)
		return 0;
	err = atecc_read_slot(chip, slot, now, COMPRESSED_SIZE);
	if (err < 0 || memcmp(now, content, COMPRESSED_SIZE) == 0)
		return err;
	return fail_because(EIO,
			    "slot %u does not hold what was written to it: "
			    "write the request again",
			    slot);
}

int apply_aux(struct plan *plan, struct atecc *chip)
{
	uint8_t now[SLOTS][COMPRESSED_SIZE], want[SLOTS][SLOT_SIZE_MAX];
	static const uint8_t none[SLOT_SIZE_MAX];
	int err = 0;

	for (size_t i = 0; i < SLOTS && err == 0; i++) {
		plan_slot(plan, slots[i], want[i]);
		err = atecc_read_slot(chip, slots[i], now[i], COMPRESSED_SIZE);
	}
	if (err < 0)
		return err;
	if (memcmp(now[SIGNER_KEY], want[SIGNER_KEY], COMPRESSED_SIZE) != 0 ||
	    memcmp(now[SIGNER_CERT], want[SIGNER_CERT], COMPRESSED_SIZE) != 0)
		err = store(chip, SLOT_AUX_DEVICE_CERT, now[DEVICE_CERT], none);
	for (size_t i = 0; i < SLOTS && err == 0; i++)
		err = store(chip, slots[i], now[i], want[i]);
	if (err == 0)
		log_write(LOG_LEVEL_INFO, "chip %s: auxiliary certificates %s",
			  plan->chip_name,
			  plan->slots[SLOT_AUX_DEVICE_CERT].len ? "written"
								: "cleared");
	return err;
}
