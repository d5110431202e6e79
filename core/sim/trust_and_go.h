/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "eeprom.h"
#include "random.h"

/*
 * Sets OTP zone, data and keys of a new Trust&Go part. The configuration must
 * be set already. `random` gives the keys.
 */
void trust_and_go_fill(struct eeprom *eeprom, struct sim_random *random);
