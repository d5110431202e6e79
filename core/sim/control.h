/* SPDX-License-Identifier: Apache-2.0 */
/* What a person at the bench would do with their hands. */
#ifndef NK_SIM_CONTROL_H
#define NK_SIM_CONTROL_H

#include "bytes.h"
#include "sim_private.h"

/* One line of sim_control(), with its errors. */
int control_run(struct sim *sim, const char *command, struct bytes *answer);

#endif
