/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two monotonic counters, and keys with counted uses (ATECC508A data sheet,
 * sections 4.4.4 and 4.4.5; the 608's CountMatch).
 */
#pragma once

#include "chip.h"

#define COUNTERS 2u

uint32_t counter_value(const struct chip *chip, unsigned int counter);
/*
 * Whether it is below its limit: the maximum, or the value in CountMatch's
 * slot.
 */
bool counter_can_count(struct chip *chip, unsigned int counter);
void counter_count(struct chip *chip, unsigned int counter);

/*
 * Whether the key can be used once more. Always true without
 * SlotConfig.LimitedUse.
 */
bool counter_use_left(struct chip *chip, unsigned int slot);
/* Counts a use. Does nothing for a key without LimitedUse. */
void counter_spend_use(struct chip *chip, unsigned int slot);
