/* SPDX-License-Identifier: Apache-2.0 */
/* Which chip is in the socket. */
#ifndef NK_SIM_SWAP_H
#define NK_SIM_SWAP_H

#include "sim_private.h"

/* Each has a stream of its own in what one seed makes. */
enum random_purpose { PURPOSE_SERIAL, PURPOSE_CHIP, PURPOSE_SWAPPED };

/*
 * Sets the EEPROM to a part fresh from the factory, with a serial number of its
 * own. -EINVAL: no such model.
 */
int swap_make_blank(struct sim *sim, const char *model,
		    enum random_purpose purpose);

/*
 * Another chip answers from now on: the one that is kept in `file`, or, for
 * NULL, a blank one that is kept nowhere. Errors are those of sim_open().
 */
int swap_chip(struct sim *sim, const char *file);

#endif
