/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the chip holds what it should. */
#include <errno.h>
#include <string.h>

#include "activation.h"
#include "error.h"
#include "plan.h"

static int verify_slot(const struct plan *plan, struct atecc *chip,
		       unsigned int slot)
{
	uint8_t want[SLOT_SIZE_MAX], got[SLOT_SIZE_MAX];
	size_t size = slot_size(slot);
	int err;

	plan_slot(plan, slot, want);
	err = atecc_read_slot(chip, slot, got, size);
	if (err < 0 || memcmp(got, want, size) == 0)
		return err;
	return fail_because(EUCLEAN,
			    "slot %u (%s) holds something else than this "
			    "request has for it",
			    slot, slot_table[slot].role);
}

static int verify_otp(const struct plan *plan, struct atecc *chip)
{
	uint8_t otp[OTP_SIZE];
	struct otp found;
	int err;

	err = atecc_read_otp(chip, otp);
	if (err < 0 || memcmp(otp, plan->otp, OTP_SIZE) == 0)
		return err;
	if (otp_decode(otp, &found) < 0)
		return fail_because(EUCLEAN, "%s", fail_reason());
	return fail_because(
		EUCLEAN, "its OTP zone has serial=%.*s board=%.*s%s",
		(int)found.serial_len, found.serial, (int)found.board_len,
		found.board,
		memcmp(found.user, plan->identity.user, OTP_USER_SIZE)
			? " and other user bytes"
			: "");
}

/* The device certificate is for the chip's key, and signed by the signer. */
static int verify_certificate(const struct plan *plan, struct atecc *chip)
{
	const struct bytes *signer = signer_der(plan->signer);
	uint8_t public_key[64], compressed[COMPRESSED_SIZE];
	const struct certificate_device device = plan_device(plan, public_key);
	BYTES_LOCAL(der);
	int err;

	err = atecc_read_slot(chip, SLOT_DEVICE_CERT, compressed,
			      sizeof(compressed));
	if (err < 0)
		return err;
	err = plan_public_key(chip, public_key);
	if (err == -ENODATA)
		return fail_because(EUCLEAN, "slot 0 holds no device key");
	if (err < 0)
		return err;
	err = certificate_rebuild_device(compressed, &device, signer, &der);
	if (err == 0)
		err = certificate_verify(&der, signer);
	if (err == -EKEYREJECTED)
		return fail_because(EUCLEAN,
				    "its device certificate is not its key's, "
				    "or not signed by this signer");
	return err;
}

/* A bad bus may cause one refusal, so only the second one counts. */
static int verify_activation(const struct plan *plan, struct atecc *chip)
{
	int err = -EACCES;

	for (int i = 0; i < 2 && err == -EACCES; i++)
		err = activation_authorise(chip, plan->staged->activation_key,
					   plan->chip_serial);
	return err;
}

int plan_verify(const struct plan *plan, struct atecc *chip)
{
	int err;

	err = verify_otp(plan, chip);
	if (err == 0)
		err = verify_slot(plan, chip, SLOT_SIGNER_KEY);
	if (err == 0)
		err = verify_slot(plan, chip, SLOT_SIGNER_CERT);
	if (err == 0 && plan_has(plan, ITEM_DEVICE_CERT))
		err = verify_slot(plan, chip, SLOT_DEVICE_CERT);
	if (err == 0)
		err = verify_certificate(plan, chip);
	if (err == 0 && plan->kind == CONFIG_VOLATILE)
		err = verify_activation(plan, chip);
	return err == -EACCES ? -EUCLEAN : err;
}
