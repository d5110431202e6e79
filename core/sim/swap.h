/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces the chip in the socket. */
#pragma once

#include "sim_private.h"

/* Each purpose has its own stream of one seed. */
enum random_purpose { PURPOSE_SERIAL, PURPOSE_CHIP, PURPOSE_SWAPPED };

/*
 * Sets the EEPROM to a new part with its own serial number. -EINVAL: no such
 * model.
 */
int swap_make_blank(struct sim *sim, const char *model,
		    enum random_purpose purpose);

/*
 * Puts another chip into the socket: that of `file` or, for NULL, a blank one
 * that is not saved. Errors as sim_open().
 */
int swap_chip(struct sim *sim, const char *file);
