/* SPDX-License-Identifier: Apache-2.0 */
/* The states of the interface that sleep and the supply voltage decide. */
#ifndef NK_SIM_POWER_H
#define NK_SIM_POWER_H

#include "sim_private.h"

/* Input and output buffer of the interface. */
void power_empty_buffers(struct sim *sim);
/* Asleep: SRAM is forgotten. */
void power_sleep(struct sim *sim);
/* Deaf until the next wake pulse; SRAM is kept. */
void power_idle(struct sim *sim);
void power_off(struct sim *sim);
/* The chip is asleep and knows only its EEPROM; a stuck bus is free again. */
void power_on(struct sim *sim);
/* A chip is put into the socket, and has power. */
void power_insert(struct sim *sim);

#endif
