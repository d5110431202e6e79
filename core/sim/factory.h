/* SPDX-License-Identifier: Apache-2.0 */
/* Parts as they are sold. */
#ifndef NK_SIM_FACTORY_H
#define NK_SIM_FACTORY_H

#include "eeprom.h"

/*
 * Sets `eeprom` to a part as it leaves the factory; `unique` are the six bytes
 * of the serial number that differ from chip to chip. -EINVAL: no such model.
 */
int factory_make(struct eeprom *eeprom, const char *model,
		 const uint8_t unique[static 6]);
/* Sets the part of `model`. -EINVAL, with a sentence: no such model. */
int factory_part(const char *model, enum sim_part *part);

#endif
