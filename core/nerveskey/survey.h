/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List the chips of a bus. Each is woken, its configuration is read, and it is
 * put to sleep. No chip is changed.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct survey_chip {
	uint8_t address; /* 7-bit */
	char part[40];	 /* "ATECC608B" */
	char serial[19]; /* nine bytes in hex */
	const char
		*type; /* whose configuration: "nerveskey", "foreign"; or "" */
	const char *state;
};

/*
 * `chip` is valid until the callee returns. NULL: an address cannot be looked at,
 * or its chip is of another family; fail_reason() has the sentence.
 */
typedef void (*survey_found)(void *context, const struct survey_chip *chip);

/*
 * Call `found` for each chip: at the address that DEVICE names, or else at the
 * usual ones, except those in `skipped`. Returns 0, also when there is no chip,
 * or the error of opening the bus.
 */
int survey_bus(const char *device, const uint8_t *skipped, size_t count,
	       survey_found found, void *context);
