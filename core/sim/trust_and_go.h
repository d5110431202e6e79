/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_SIM_TRUST_AND_GO_H
#define NK_SIM_TRUST_AND_GO_H

#include "eeprom.h"
#include "random.h"

/*
 * OTP zone, data and keys of a new Trust&Go part, whose configuration is there
 * already. The keys come from `random`.
 */
void trust_and_go_fill(struct eeprom *eeprom, struct sim_random *random);

#endif
