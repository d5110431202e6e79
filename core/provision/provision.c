/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs: plan, apply, and plan again when the chip refused. */
#include "plan.h"

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

int provision_commit(struct provision *request, struct atecc *chip, time_t now)
{
	const bool aux = request->target == PROVISION_AUX;
	const struct attempt attempt = { .plan = aux ? plan_aux : plan_make,
					 .request = request,
					 .now = now };
	struct plan plan;
	int err;

	err = attempt.plan(&plan, &attempt, chip);
	if (err == 0)
		err = aux ? apply_aux(&plan, chip)
			  : apply_commit(&plan, chip, now);
	err = plan_settle(&plan, chip, err);
	plan_free(&plan);
	provision_done(request, err);
	return err;
}

int provision_clear(struct atecc *chip)
{
	static const struct attempt attempt = { .plan = plan_clear };
	struct plan plan;
	int err;

	err = plan_clear(&plan, &attempt, chip);
	if (err == 0)
		err = apply_clear(&plan, chip);
	return plan_settle(&plan, chip, err);
}

int provision_begin(struct provision *request, struct atecc *chip)
{
	const struct attempt attempt = { .plan = plan_begin,
					 .request = request };
	struct plan plan;
	int err;

	err = plan_begin(&plan, &attempt, chip);
	if (err == 0)
		err = apply_begin(&plan, chip);
	err = plan_settle(&plan, chip, err);
	if (plan.chip_name[0])
		request_keep(request, plan.chip_serial);
	else
		provision_put_off(request);
	plan_free(&plan);
	return err;
}
