/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"
#include "plan.h"
#include "progress.h"

void plan_tell(const struct plan *plan, enum step step)
{
	static const char *const done[] = {
		[CONFIGURATION_WRITTEN] = "configuration written",
		[CONFIGURATION_LOCKED] = "configuration locked",
		[OTP_WRITTEN] = "OTP written",
		[KEY_MADE] = "device key made",
		[SLOTS_WRITTEN] = "slots written",
		[DATA_LOCKED] = "data locked",
		[DATA_VERIFIED] = "data verified",
		[COMPLETE] = "complete",
	};

	log_write(LOG_LEVEL_INFO, "chip %s: %s", plan->chip_name, done[step]);
	progress_step(step, STEP_COUNT);
}
