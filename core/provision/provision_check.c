/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of a commit and a begin, before anything is changed. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "plan.h"

#define TRIALS	  4

#define BIT(item) ITEM_BIT(ITEM_##item)

/*
 * Items that exclude each other or have no use in a request: some of these, with
 * others, or without all of others.
 */
static const struct clash {
	uint16_t some, with, without;
	const char *sentence;
} clashes[] = {
	{ BIT(SIGNER_KEY), BIT(KEY_URL), 0,
	  "there are both signer-key= and a private key: write only one of "
	  "them" },
	{ BIT(PIN_FILE) | BIT(PIN), 0, BIT(KEY_URL),
	  "there is a PIN, but no signer-key= with the URL of the key that it "
	  "is for: write that, or leave the PIN out" },
	{ BIT(PIN_FILE), BIT(PIN), 0,
	  "there are both pin= and pin-file=: write only one of them" },
	{ BIT(DEVICE_CERT), BIT(SIGNER_KEY) | BIT(KEY_URL), 0,
	  "there are both a device certificate and the signer's key, which "
	  "would make one: write only one of them" },
	{ BIT(ACTIVATION_KEY) | BIT(ENCRYPTION_KEY), 0, BIT(MODE),
	  "there are activation-key= or encryption-key=, but not "
	  "mode=volatile, which they are for: write it, or leave the keys "
	  "out" },
};

static int check_company(const struct plan *plan)
{
	uint16_t items = plan->items;

	if (plan->kind != CONFIG_VOLATILE)
		items &= (uint16_t)~BIT(MODE);
	for (size_t i = 0; i < sizeof(clashes) / sizeof(clashes[0]); i++)
		if (items & clashes[i].some &&
		    (clashes[i].with ? items & clashes[i].with
				     : !(items & clashes[i].without)))
			return fail_because(EINVAL, "%s", clashes[i].sentence);
	return 0;
}

/* With the signer's key beside it, it may have been meant as the signer's. */
static int no_signer(const struct plan *plan)
{
	struct bytes pem = staged_view(plan->staged, ITEM_DEVICE_CERT);
	const bool told = plan->items & (BIT(SIGNER_KEY) | BIT(KEY_URL)) &&
			  signer_check(&pem) == -EINVAL;

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
	BYTES_LOCAL(names);

	if (missing & BIT(SIGNER_CERT) && plan_has(plan, ITEM_DEVICE_CERT))
		return no_signer(plan);
	if (!missing)
		return check_company(plan);
	if (item_names(missing, &names) < 0)
		return names.err;
	return fail_because(EINVAL,
			    "the request is not complete, missing: %s%s",
			    bytes_text(&names),
			    missing & plan->staged->expired
				    ? " (staged keys are forgotten after five "
				      "minutes)"
				    : "");
}

/*
 * Try to issue the certificate, with the signer's public key as the device has
 * no key yet. If the signer's only signature for it is a short one, try the
 * serials of other chips.
 */
static int try_issue(struct plan *plan)
{
	uint8_t *last = &plan->chip_serial[CHIP_SERIAL_SIZE - 1];
	const uint8_t own = *last;
	int err = -ERANGE;

	memcpy(plan->public_key, signer_public_key(plan->signer), 64);
	for (uint8_t i = 0; i < TRIALS && err == -ERANGE; i++) {
		*last = own ^ i;
		err = plan_certify(plan);
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

/* Take the staged certificate for the key that `begin` made. */
static int try_certificate(struct plan *plan, struct atecc *chip)
{
	int err = -ENODATA;

	if (plan->state != KEY_BLANK)
		err = plan_public_key(chip, plan->public_key);
	if (err == -ENODATA)
		return fail_because(
			ENODATA,
			"chip %s has no device key yet that the certificate "
			"could be for: write begin first",
			plan->chip_name);
	return err < 0 ? err : plan_certify(plan);
}

int plan_commit(struct plan *plan, struct atecc *chip)
{
	int err;

	err = plan_lines(plan);
	if (err == 0)
		err = plan_identity(plan);
	if (plan->kind == CONFIG_VOLATILE) {
		plan_put(plan, SLOT_ACTIVATION_KEY,
			 plan->staged->activation_key, VOLATILE_KEY_SIZE);
		plan_put(plan, SLOT_ENCRYPTION_KEY,
			 plan->staged->encryption_key, VOLATILE_KEY_SIZE);
	}
	if (err == 0)
		err = plan_open_signer(plan);
	if (err == 0 && plan_has(plan, ITEM_DEVICE_CERT))
		err = try_certificate(plan, chip);
	else if (err == 0 && plan->state != KEY_DATA_LOCKED)
		err = try_issue(plan);
	if (err < 0 || plan->state != KEY_DATA_LOCKED)
		return err;
	err = plan_verify(plan, chip);
	if (err == -EUCLEAN)
		return fail_because(EKEYREVOKED,
				    "the data of chip %s is locked and is not "
				    "this request's: %s",
				    plan->chip_name, fail_reason());
	return err;
}

int plan_begin(struct plan *plan, struct atecc *chip)
{
	int err;

	(void)chip;
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
