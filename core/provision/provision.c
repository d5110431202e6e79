/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs: plan, apply, and plan again when the chip refused. */
#include <errno.h>
#include <stdio.h>

#include "error.h"
#include "plan.h"

struct way {
	enum use use;
	int (*plan)(struct plan *plan, struct atecc *chip);
	int (*apply)(struct plan *plan, struct atecc *chip);
};

static const struct way *way_of(const struct provision *request,
				enum provision_verb verb)
{
	static const struct way commit = { USE_COMMIT, plan_commit,
					   apply_commit };
	static const struct way begin = { USE_BEGIN, plan_begin, apply_begin };
	static const struct way aux = { USE_AUX, plan_aux, apply_aux };
	static const struct way clear = { USE_AUX, plan_aux_slots, apply_aux };

	switch (verb) {
	case PROVISION_BEGIN:
		return &begin;
	case PROVISION_CLEAR:
		return &clear;
	default:
		return request->target == PROVISION_AUX ? &aux : &commit;
	}
}

static int make(struct plan *plan, const struct way *way, struct atecc *chip)
{
	int err;

	signer_free(plan->signer);
	*plan = (struct plan){ .staged = plan->staged, .now = plan->now };
	err = plan_chip(plan, chip, way->use);
	return err < 0 ? err : way->plan(plan, chip);
}

/*
 * A chip on a bad bus may refuse a command that it would take. So plan once more,
 * and return -EKEYREVOKED when the chip is locked against the request, -ENODEV
 * or -ETIMEDOUT when there is no chip now, else -EIO.
 */
static int doubt(struct plan *plan, const struct way *way, struct atecc *chip)
{
	char refusal[256];
	int err;

	snprintf(refusal, sizeof(refusal), "%s", fail_reason());
	err = make(plan, way, chip);
	if (err == -EKEYREVOKED || err == -ENODEV || err == -ETIMEDOUT)
		return err;
	return fail_because(EIO,
			    "chip %s refused a command (%s), but nothing is "
			    "locked against this request: write it again",
			    plan->chip_name, refusal);
}

int provision_act(struct provision *request, enum provision_verb verb,
		  struct atecc *chip, time_t now)
{
	const struct way *way = way_of(request, verb);
	struct plan plan = { .staged = &request->staged, .now = now };
	int err;

	err = make(&plan, way, chip);
	if (err == 0 && verb != PROVISION_CHECK)
		err = way->apply(&plan, chip);
	if (err == -EPERM)
		err = doubt(&plan, way, chip);
	signer_free(plan.signer);
	if (err == -EKEYREVOKED)
		err = -EPERM;
	if (verb == PROVISION_COMMIT)
		request_done(request, err);
	else if (verb == PROVISION_CLEAR)
		provision_reset(request);
	else if (verb == PROVISION_BEGIN && plan.chip_name[0])
		request_keep(request, plan.chip_serial);
	else
		provision_no_chip(request, verb);
	return err;
}
