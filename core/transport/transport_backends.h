/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to open a bus; one row each in transport.c. */
#ifndef NK_TRANSPORT_BACKENDS_H
#define NK_TRANSPORT_BACKENDS_H

#include "transport.h"

/* Word addresses: the first byte of each write. */
enum word { WORD_RESET, WORD_SLEEP, WORD_IDLE, WORD_COMMAND };

enum {
	WAKE_DELAY_US = 1500, /* tWHI of both families */
	LONGEST_PACKET = 255, /* what its count byte can say */
	/* Who has just been unmounted may take a moment to let go of its chip. */
	ENDING_US = 2000000,
	ENDING_STEP_US = 10000,
};

/* `spec` is what follows "sim:": FILE[,option=value...]. */
int transport_sim_open(const char *spec, struct transport **bus);

/* `path` is a device file, "/dev/i2c-1"; `address` 0 when not given. */
int transport_i2c_open(const char *path, uint8_t address,
		       struct transport **bus);

#endif
