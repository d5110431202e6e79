/* SPDX-License-Identifier: Apache-2.0 */
/* Parts as they are sold. */
#ifndef NK_SIM_FACTORY_H
#define NK_SIM_FACTORY_H

#include "eeprom.h"
#include "random.h"

/*
 * Sets `eeprom` to a part as it leaves the factory. The six bytes of the serial
 * number that differ from chip to chip, and a Trust&Go part's keys, come from
 * `random`. -EINVAL: no such model.
 */
int factory_make(struct eeprom *eeprom, const char *model,
		 struct sim_random *random);
/* Sets the part of `model`. -EINVAL, with a sentence: no such model. */
int factory_part(const char *model, enum sim_part *part);

#endif
