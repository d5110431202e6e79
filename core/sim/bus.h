/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip's I2C interface (ATECC508A data sheet, section 7): what it
 * acknowledges in each state, and word addresses.
 */
#pragma once

#include "sim_private.h"

/* Implement sim_write() and sim_read() of sim.h. */
int bus_write(struct sim *sim, uint8_t addr, const uint8_t *data, size_t len);
int bus_read(struct sim *sim, uint8_t addr, uint8_t *data, size_t len);
