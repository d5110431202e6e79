/* SPDX-License-Identifier: Apache-2.0 */
/* Control commands: what a person at the bench does by hand. */
#pragma once

#include "bytes.h"
#include "sim_private.h"

/* Runs one line of sim_control(). Same errors. */
int control_run(struct sim *sim, const char *command, struct bytes *answer);
