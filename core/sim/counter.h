/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two monotonic counters, and the keys whose uses are counted (ATECC508A
 * data sheet, sections 4.4.4 and 4.4.5; the 608's CountMatch).
 */
#ifndef NK_SIM_COUNTER_H
#define NK_SIM_COUNTER_H

#include "chip.h"

#define COUNTERS 2u

uint32_t counter_value(const struct chip *chip, unsigned int counter);
/* It is below its limit: the highest value, or what CountMatch's slot says. */
bool counter_can_count(struct chip *chip, unsigned int counter);
void counter_count(struct chip *chip, unsigned int counter);

/* A key with SlotConfig.LimitedUse, or any other, can be used once more. */
bool counter_use_left(struct chip *chip, unsigned int slot);
/* It has been used; nothing happens to a key without LimitedUse. */
void counter_spend_use(struct chip *chip, unsigned int slot);

#endif
