/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that can be refused, before anything is changed. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "plan.h"
#include "text.h"

#define TRIALS	       4

#define SLOT_BIT(slot) ((uint16_t)(1u << (slot)))

static bool wants_volatile(const struct plan *plan)
{
	return plan_has(plan, ITEM_MODE) && plan->staged->mode[0] == 'v';
}

/* Lines that `begin` kept for another chip do not count for this one. */
static void choose_items(struct plan *plan)
{
	const struct staged *staged = plan->staged;

	plan->items = staged->present;
	if (memcmp(staged->kept_for, plan->chip_serial, CHIP_SERIAL_SIZE) != 0)
		plan->items &= (uint16_t)~staged->kept;
}

/* The chip that is there, and whether the request is meant for it. */
static int look(struct plan *plan, const struct staged *staged,
		struct atecc *chip)
{
	char meant[2 * CHIP_SERIAL_SIZE + 1];
	int err;

	plan->staged = staged;
	err = atecc_read_config(chip, plan->config);
	if (err < 0)
		return err;
	config_serial(plan->config, plan->chip_serial);
	hex_encode(plan->chip_serial, CHIP_SERIAL_SIZE, plan->chip_name);
	choose_items(plan);
	if (plan_has(plan, ITEM_CHIP) &&
	    memcmp(plan->staged->chip, plan->chip_serial, CHIP_SERIAL_SIZE)) {
		hex_encode(plan->staged->chip, CHIP_SERIAL_SIZE, meant);
		return fail_because(
			EINVAL,
			"this is chip %s, and the request is for chip %s",
			plan->chip_name, meant);
	}
	return 0;
}

static bool slots_are_locked(const struct plan *plan, uint16_t slots)
{
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		if (slots & SLOT_BIT(slot) &&
		    !config_slot_is_locked(plan->config, slot))
			return false;
	return true;
}

static bool any_slot_is_locked(const struct plan *plan)
{
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		if (config_slot_is_locked(plan->config, slot))
			return true;
	return false;
}

static const char *mode_name(enum config_kind kind)
{
	return kind == CONFIG_VOLATILE ? "volatile" : "regular";
}

static bool is_ours(enum config_kind kind)
{
	return kind == CONFIG_NERVESKEY || kind == CONFIG_VOLATILE;
}

/* A locked configuration must be to the byte what would have been made. */
static int check_locked_config(struct plan *plan)
{
	enum config_kind kind = config_kind(plan->config);
	uint8_t made[CONFIG_SIZE];

	config_make(plan->config, plan->kind, made);
	if (memcmp(made, plan->config, CONFIG_SIZE) == 0)
		return 0;
	if (kind == CONFIG_TRUST_AND_GO)
		return plan_against(
			plan,
			fail_because(
				EPERM,
				"a Trust&Go part comes provisioned from its factory, "
				"and cannot be provisioned again"));
	if (kind != plan->kind && is_ours(kind))
		return plan_against(
			plan, fail_because(EPERM,
					   "chip %s is locked for mode=%s, the "
					   "request is for mode=%s",
					   plan->chip_name, mode_name(kind),
					   mode_name(plan->kind)));
	return plan_against(
		plan,
		fail_because(
			EPERM,
			"the configuration of chip %s is locked and is not a "
			"NervesKey's: this chip can never become one",
			plan->chip_name));
}

static int check_progress(struct plan *plan)
{
	bool data_locked = config_data_is_locked(plan->config);
	int err;

	if (!config_is_locked(plan->config)) {
		plan->found = FOUND_BLANK;
	} else {
		err = check_locked_config(plan);
		if (err < 0)
			return err;
		plan->found =
			data_locked ? FOUND_DATA_LOCKED : FOUND_CONFIGURED;
	}
	if (plan->found != FOUND_DATA_LOCKED &&
	    (data_locked || any_slot_is_locked(plan)))
		return plan_against(
			plan,
			fail_because(
				EPERM,
				"chip %s has locks that provisioning sets only later: "
				"another program has locked it, and it can never "
				"become a NervesKey",
				plan->chip_name));
	return 0;
}

/* The data zone is locked: with an OTP zone that no request could make? */
static int check_otp(struct plan *plan, struct atecc *chip)
{
	uint8_t raw[OTP_SIZE];
	struct otp otp;
	int err;

	err = atecc_read_otp(chip, raw);
	if (err < 0 || otp_decode(raw, &otp) == 0)
		return err;
	return plan_against(
		plan, fail_because(EPERM,
				   "chip %s can never be provisioned: its data "
				   "zone is locked, and %s",
				   plan->chip_name, fail_reason()));
}

int plan_chip(struct plan *plan, const struct staged *staged,
	      struct atecc *chip)
{
	enum config_kind kind;
	int err;

	err = look(plan, staged, chip);
	if (err < 0)
		return err;
	plan->kind = wants_volatile(plan) ? CONFIG_VOLATILE : CONFIG_NERVESKEY;
	plan->lock_slots = SLOT_BIT(SLOT_DEVICE_KEY);
	if (plan->kind == CONFIG_VOLATILE)
		plan->lock_slots |= SLOT_BIT(SLOT_ACTIVATION_KEY) |
				    SLOT_BIT(SLOT_ENCRYPTION_KEY);
	kind = config_kind(plan->config);
	if (config_data_is_locked(plan->config) && is_ours(kind))
		err = check_otp(plan, chip);
	if (err < 0)
		return err;
	if (config_data_is_locked(plan->config) && is_ours(kind) &&
	    slots_are_locked(plan, plan->lock_slots))
		return plan_against(
			plan,
			fail_because(
				EPERM,
				"chip %s is already provisioned: its configuration, "
				"its data and its keys are locked",
				plan->chip_name));
	if (config_part(plan->config) == ATECC_UNKNOWN)
		return plan_against(
			plan,
			fail_because(
				EPERM,
				"chip %s is of an unknown part (revision "
				"%02x%02x%02x%02x), where an ATECC508A, 608A or 608B "
				"is expected",
				plan->chip_name, plan->config[4],
				plan->config[5], plan->config[6],
				plan->config[7]));
	if (plan->kind == CONFIG_VOLATILE && !config_has_latch(plan->config))
		return fail_because(
			EINVAL,
			"an %s has no volatile keys: write mode=regular, or "
			"no mode=",
			atecc_part_name(config_part(plan->config)));
	return check_progress(plan);
}

int plan_aux_chip(struct plan *plan, const struct staged *staged,
		  struct atecc *chip)
{
	enum config_kind kind;
	int err;

	err = look(plan, staged, chip);
	if (err < 0)
		return err;
	kind = config_kind(plan->config);
	if (kind == CONFIG_TRUST_AND_GO)
		return plan_against(plan,
				    fail_because(EPERM,
						 "the slots of a Trust&Go part "
						 "cannot hold auxiliary "
						 "certificates"));
	if (!is_ours(kind) || !config_data_is_locked(plan->config) ||
	    !config_slot_is_locked(plan->config, SLOT_DEVICE_KEY))
		return fail_because(
			ENODATA,
			"chip %s is not provisioned yet, which comes before "
			"auxiliary certificates: write its own request to "
			"provision first",
			plan->chip_name);
	plan->found = FOUND_COMPLETE;
	return 0;
}

static bool has_both(const struct plan *plan, enum item one, enum item other)
{
	return plan_has(plan, one) && plan_has(plan, other);
}

/* Items that are there but have no use in this request. */
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
		return fail_because(EINVAL,
				    "pin= and pin-file= want signer-key= with "
				    "a URL, whose PIN it is");
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
	if (volatile_keys && !wants_volatile(plan))
		return fail_because(
			EINVAL,
			"activation-key= and encryption-key= are for "
			"mode=volatile, which the request does not have");
	return 0;
}

int plan_lines(const struct plan *plan)
{
	uint16_t missing = staged_missing(plan->staged, plan->items);
	struct bytes names = BYTES_INIT;
	int err;

	if (missing & ITEM_BIT(ITEM_SIGNER_CERT) &&
	    plan_has(plan, ITEM_DEVICE_CERT))
		return fail_because(
			EINVAL,
			"missing: signer-certificate (the certificate that "
			"was written is not a CA's, so it is taken for the "
			"device's)");
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
 * The certificate that a chip will have, tried with another key, and for other
 * chips where the signer's only signature for it is a short one.
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
				    "where one in 256 does: something is wrong "
				    "with it");
	return err;
}

static int try_certify(struct plan *plan, struct atecc *chip, time_t now)
{
	int err;

	if (!plan_has(plan, ITEM_DEVICE_CERT))
		return try_issue(plan, now);
	err = plan->found == FOUND_BLANK
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
	err = plan_chip(plan, &attempt->request->staged, chip);
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
	if (plan->found != FOUND_DATA_LOCKED ||
	    plan_has(plan, ITEM_DEVICE_CERT))
		err = try_certify(plan, chip, attempt->now);
	if (err < 0 || plan->found != FOUND_DATA_LOCKED)
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

void plan_free(struct plan *plan)
{
	signer_free(plan->signer);
	explicit_bzero(plan, sizeof(*plan));
}

int provision_check(const struct provision *request, struct atecc *chip,
		    time_t now)
{
	const struct attempt attempt = {
		.plan = request->target == PROVISION_AUX ? plan_aux : plan_make,
		.request = request,
		.now = now,
	};
	struct plan plan;
	int err;

	err = attempt.plan(&plan, &attempt, chip);
	err = plan_settle(&plan, chip, err);
	plan_free(&plan);
	return err;
}
