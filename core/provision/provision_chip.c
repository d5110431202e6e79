/* SPDX-License-Identifier: Apache-2.0 */
/* Which chip it is, how far it is provisioned, and what that permits. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "plan.h"
#include "text.h"

/* Read which chip it is, and whether the request is meant for it. */
static int look(struct plan *plan, struct atecc *chip)
{
	char meant[2 * CHIP_SERIAL_SIZE + 1];
	int err;

	err = atecc_read_config(chip, plan->config);
	if (err < 0)
		return err;
	config_serial(plan->config, plan->chip_serial);
	hex_encode(plan->chip_serial, CHIP_SERIAL_SIZE, plan->chip_name);
	plan->items = staged_for(plan->staged, plan->chip_serial);
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

static int judge(const struct plan *plan, enum config_kind kind, enum use use)
{
	char name[sizeof("chip ") + 2 * CHIP_SERIAL_SIZE];

	snprintf(name, sizeof(name), "chip %s", plan->chip_name);
	if (kind == CONFIG_TRUST_AND_GO)
		return fail_because(
			EKEYREVOKED,
			"%s is a Trust&Go part, which comes provisioned from "
			"its factory and has no place for other certificates",
			name);
	return key_state_permits(plan->state, use, name);
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

/* A locked configuration must have the same bytes as the request's. */
static int check_locked_config(const struct plan *plan)
{
	enum config_kind kind = config_kind(plan->config);
	uint8_t made[CONFIG_SIZE];

	config_make(plan->config, plan->kind, made);
	if (memcmp(made, plan->config, CONFIG_SIZE) == 0)
		return 0;
	if (kind != plan->kind && is_ours(kind))
		return fail_because(EKEYREVOKED,
				    "chip %s is locked for mode=%s, the "
				    "request is for mode=%s",
				    plan->chip_name, mode_name(kind),
				    mode_name(plan->kind));
	return fail_because(EKEYREVOKED,
			    "the configuration of chip %s is locked and is not "
			    "a NervesKey's: this chip can never become one",
			    plan->chip_name);
}

/* Refuse a locked data zone with an OTP zone that no request can make. */
static int check_otp(const struct plan *plan, struct atecc *chip)
{
	uint8_t raw[OTP_SIZE];
	struct otp otp;
	int err;

	err = atecc_read_otp(chip, raw);
	if (err < 0 || otp_decode(raw, &otp) == 0)
		return err;
	return fail_because(EKEYREVOKED,
			    "chip %s can never be provisioned: its data zone "
			    "is locked, and %s",
			    plan->chip_name, fail_reason());
}

/* Refuse locks that are set although locks of earlier steps are not. */
static int check_locks(const struct plan *plan)
{
	if (plan->state >= KEY_DATA_LOCKED ||
	    (!config_data_is_locked(plan->config) && !any_slot_is_locked(plan)))
		return 0;
	return fail_because(EKEYREVOKED,
			    "chip %s has locks that provisioning sets only "
			    "later: another program has locked it, and it can "
			    "never become a NervesKey",
			    plan->chip_name);
}

static int check_part(const struct plan *plan)
{
	char part[PART_NAME_SIZE];

	config_part_name(plan->config, part);
	if (!config_may_be_locked(plan->config))
		return fail_because(EKEYREVOKED,
				    "chip %s is %s, which is not known well "
				    "enough to lock it; an ATECC508A, 608A or "
				    "608B is expected",
				    plan->chip_name, part);
	if (plan->kind == CONFIG_VOLATILE && !config_has_latch(plan->config))
		return fail_because(EINVAL,
				    "an %s has no volatile keys: write "
				    "mode=regular, or no mode=",
				    part);
	return 0;
}

int plan_chip(struct plan *plan, struct atecc *chip, enum use use)
{
	enum config_kind kind;
	int err;

	err = look(plan, chip);
	if (err < 0)
		return err;
	kind = config_kind(plan->config);
	plan->kind = plan_has(plan, ITEM_MODE) && plan->staged->mode[0] == 'v'
			     ? CONFIG_VOLATILE
			     : CONFIG_NERVESKEY;
	plan->state = key_state_of(plan->config);
	if (is_ours(kind) && plan->state >= KEY_DATA_LOCKED && use != USE_AUX)
		err = check_otp(plan, chip);
	if (err == 0)
		err = judge(plan, kind, use);
	if (err < 0 || use == USE_AUX)
		return err;
	err = check_part(plan);
	if (err == 0 && plan->state != KEY_BLANK)
		err = check_locked_config(plan);
	return err < 0 ? err : check_locks(plan);
}
