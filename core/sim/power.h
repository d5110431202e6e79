/* SPDX-License-Identifier: Apache-2.0 */
/* Interface states that sleep and the supply voltage control. */
#pragma once

#include "sim_private.h"

/* Empties the interface's input and output buffers. */
void power_empty_buffers(struct sim *sim);
/* Puts the chip to sleep, which clears SRAM. */
void power_sleep(struct sim *sim);
/* Ignores the bus until the next wake pulse; keeps SRAM. */
void power_idle(struct sim *sim);
void power_off(struct sim *sim);
/* Power-on: the chip is asleep with only its EEPROM. A stuck bus is freed. */
void power_on(struct sim *sim);
/* Puts a chip into the socket and powers it. */
void power_insert(struct sim *sim);
