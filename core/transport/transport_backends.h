/* SPDX-License-Identifier: Apache-2.0 */
/* The backends of transport_open(). */
#pragma once

#include "transport.h"

enum {
	WAKE_DELAY_US = 1500, /* tWHI of the 508A and 608 */
	LONGEST_PACKET = 255, /* the maximum of its count byte */
	/* A driver that was just unmounted may hold its chip for a moment. */
	ENDING_US = 2000000,
	ENDING_STEP_US = 10000,
};

/* `spec` follows "sim:": FILE[,option=value...]. Sets `*bus`. */
int transport_sim_open(const char *spec, struct transport **bus);

/*
 * `path` is a device file, "/dev/i2c-1". `address` is 0 when DEVICE names none.
 * Sets `*bus`.
 */
int transport_i2c_open(const char *path, uint8_t address,
		       struct transport **bus);
