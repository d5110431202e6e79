/* SPDX-License-Identifier: Apache-2.0 */
/* Parts as delivered by the factory. */
#pragma once

#include "eeprom.h"
#include "random.h"

/*
 * Sets `eeprom` to a new part. `random` gives the six bytes of the serial
 * number that differ between chips, and the keys of a Trust&Go part. -EINVAL:
 * no such model.
 */
int factory_make(struct eeprom *eeprom, const char *model,
		 struct sim_random *random);
/*
 * Sets `part` from the name of a model. -EINVAL with a sentence: no such model.
 */
int factory_part(const char *model, enum sim_part *part);
