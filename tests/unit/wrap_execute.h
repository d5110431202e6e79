/* SPDX-License-Identifier: Apache-2.0 */
/* For tests that are linked with --wrap=session_execute. */
#pragma once

#include "execute.h"

int __real_session_execute(struct atecc *chip, enum command command,
			   const struct request *parameters, uint8_t *reply);
int __wrap_session_execute(struct atecc *chip, enum command command,
			   const struct request *parameters, uint8_t *reply);
