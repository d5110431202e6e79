/* SPDX-License-Identifier: Apache-2.0 */
/* All checks, before anything is changed. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "plan.h"

#define TRIALS 4

static bool has_both(const struct plan *plan, enum item one, enum item other)
{
	return plan_has(plan, one) && plan_has(plan, other);
}

/* Refuse items that exclude each other or have no use in this request. */
static int check_company(const struct plan *plan)
{
	bool volatile_keys = plan_has(plan, ITEM_ACTIVATION_KEY) ||
			     plan_has(plan, ITEM_ENCRYPTION_KEY);

	if (has_both(plan, ITEM_SIGNER_KEY, ITEM_KEY_URL))
		return fail_because(
			EINVAL,
			"there are both signer-key= and a private key: write "
			"only one of them");
	if ((plan_has(plan, ITEM_PIN_FILE) || plan_has(plan, ITEM_PIN)) &&
	    !plan_has(plan, ITEM_KEY_URL))
		return fail_because(
			EINVAL, "there is a PIN, but no signer-key= with the "
				"URL of the key that it is for: write that, or "
				"leave the PIN out");
	if (has_both(plan, ITEM_PIN_FILE, ITEM_PIN))
		return fail_because(EINVAL,
				    "there are both pin= and pin-file=: write "
				    "only one of them");
	if (has_both(plan, ITEM_DEVICE_CERT, ITEM_SIGNER_KEY) ||
	    has_both(plan, ITEM_DEVICE_CERT, ITEM_KEY_URL))
		return fail_because(
			EINVAL,
			"there are both a device certificate and the signer's "
			"key, which would make one: write only one of them");
	if (volatile_keys && !plan_is_volatile(plan))
		return fail_because(
			EINVAL, "there are activation-key= or encryption-key=, "
				"but not mode=volatile, which they are for: "
				"write it, or leave the keys out");
	return 0;
}

/* With the signer's key beside it, it may have been meant as the signer's. */
static int no_signer(const struct plan *plan)
{
	struct bytes pem = staged_view(plan->staged, ITEM_DEVICE_CERT);
	const bool meant =
		plan_has(plan, ITEM_SIGNER_KEY) || plan_has(plan, ITEM_KEY_URL);
	const bool told = meant && signer_check(&pem) == -EINVAL;

	return fail_because(
		EINVAL,
		"missing: signer-certificate (the certificate that was "
		"written is not a CA's, so it is taken for the device's%s%s)",
		told ? "; if it is the signer's: " : "",
		told ? fail_reason() : "");
}

int plan_lines(const struct plan *plan)
{
	uint16_t missing = staged_missing(plan->staged, plan->items);
	struct bytes names = BYTES_INIT;
	int err;

	if (missing & ITEM_BIT(ITEM_SIGNER_CERT) &&
	    plan_has(plan, ITEM_DEVICE_CERT))
		return no_signer(plan);
	if (!missing)
		return check_company(plan);
	err = item_names(missing, &names);
	if (err == 0)
		err = fail_because(
			EINVAL, "the request is not complete, missing: %s%s",
			bytes_text(&names),
			missing & plan->staged->expired
				? " (staged keys are forgotten after "
				  "five minutes)"
				: "");
	bytes_free(&names);
	return err;
}

/*
 * Try to issue the certificate, with the signer's public key as the device has
 * no key yet. If the signer's only signature for it is a short one, try the
 * serials of other chips.
 */
static int try_issue(struct plan *plan, time_t now)
{
	uint8_t *last = &plan->chip_serial[CHIP_SERIAL_SIZE - 1];
	const uint8_t own = *last;
	int err = -ERANGE;

	memcpy(plan->public_key, signer_public_key(plan->signer), 64);
	for (uint8_t i = 0; i < TRIALS && err == -ERANGE; i++) {
		*last = own ^ i;
		err = plan_certify(plan, now);
	}
	*last = own;
	if (err == -ERANGE)
		return fail_because(EINVAL,
				    "each signature of the signer's key has an "
				    "r or s that begins with nine zero bits, "
				    "as only one in 256 should: use another "
				    "key or token");
	return err;
}

static int try_certify(struct plan *plan, struct atecc *chip, time_t now)
{
	int err;

	if (!plan_has(plan, ITEM_DEVICE_CERT))
		return try_issue(plan, now);
	err = plan->state == KEY_BLANK
		      ? -ENODATA
		      : plan_public_key(chip, plan->public_key);
	if (err == -ENODATA)
		return fail_because(
			ENODATA,
			"chip %s has no device key yet that the certificate "
			"could be for: write begin first",
			plan->chip_name);
	return err < 0 ? err : plan_certify(plan, now);
}

int plan_make(struct plan *plan, const struct attempt *attempt,
	      struct atecc *chip)
{
	int err;

	*plan = (struct plan){ .attempt = *attempt };
	err = plan_chip(plan, &attempt->request->staged, chip, USE_COMMIT);
	if (err < 0)
		return err;
	err = plan_lines(plan);
	if (err < 0)
		return err;
	err = plan_identity(plan);
	if (err < 0)
		return err;
	err = plan_open_signer(plan);
	if (err < 0)
		return err;
	if (plan->state != KEY_DATA_LOCKED || plan_has(plan, ITEM_DEVICE_CERT))
		err = try_certify(plan, chip, attempt->now);
	if (err < 0 || plan->state != KEY_DATA_LOCKED)
		return err;
	err = plan_verify(plan, chip);
	if (err == -EUCLEAN)
		return plan_against(
			plan,
			fail_because(EPERM,
				     "the data of chip %s is locked and is "
				     "not this request's: %s",
				     plan->chip_name, fail_reason()));
	return err;
}

int plan_begin(struct plan *plan, const struct attempt *attempt,
	       struct atecc *chip)
{
	int err;

	*plan = (struct plan){ .attempt = *attempt };
	err = plan_chip(plan, &attempt->request->staged, chip, USE_BEGIN);
	if (err == 0)
		err = plan_identity(plan);
	/* While the latch is closed, the key cannot sign a request. */
	if (err == 0 && plan->kind == CONFIG_VOLATILE)
		return fail_because(
			EINVAL,
			"mode=volatile: begin is not possible, because such "
			"a chip signs its request only after activation, and "
			"by then its certificate is locked: commit with the "
			"signer's key or signer-key= instead");
	return err;
}
