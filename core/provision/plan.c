/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

int plan_against(struct plan *plan, int err)
{
	plan->against = true;
	return err;
}

int plan_public_key(struct atecc *chip, uint8_t public_key[static 64])
{
	int err;

	err = atecc_public_key(chip, SLOT_DEVICE_KEY, public_key);
	if (err == -EPERM)
		err = atecc_public_key(chip, SLOT_DEVICE_KEY, public_key);
	return err == -EPERM ? -ENODATA : err;
}

void plan_free(struct plan *plan)
{
	signer_free(plan->signer);
	explicit_bzero(plan, sizeof(*plan));
}

int plan_settle(struct plan *plan, struct atecc *chip, int err)
{
	const struct attempt attempt = plan->attempt;
	char refusal[256];

	if (err != -EPERM || plan->against)
		return err;
	snprintf(refusal, sizeof(refusal), "%s", fail_reason());
	plan_free(plan);
	err = attempt.plan(plan, &attempt, chip);
	if (plan->against || err == -ENODEV || err == -ETIMEDOUT)
		return err;
	return fail_because(EIO,
			    "chip %s refused a command (%s), but nothing is "
			    "locked against this request: write it again",
			    plan->chip_name, refusal);
}
