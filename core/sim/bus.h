/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's I2C interface (ATECC508A data sheet, section 7): what it
 * acknowledges in each state, and word addresses.
 */
#ifndef NK_SIM_BUS_H
#define NK_SIM_BUS_H

#include "sim_private.h"

/* Implement sim_write() and sim_read() of sim.h. */
int bus_write(struct sim *sim, uint8_t addr, const uint8_t *data, size_t len);
int bus_read(struct sim *sim, uint8_t addr, uint8_t *data, size_t len);

#endif
