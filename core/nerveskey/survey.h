/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which chips are on a bus. Nothing that wakes is configured, written or
 * repaired: each chip is woken, its configuration is read, and it sleeps again.
 */
#ifndef NK_SURVEY_H
#define NK_SURVEY_H

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
 * The chip is the callee's to read until it returns. NULL: an address cannot be
 * looked at, or its chip is not of this family, as fail_reason() says.
 */
typedef void (*survey_found)(void *context, const struct survey_chip *chip);

/*
 * Calls `found` for each chip: at the address that DEVICE names, or else at the
 * usual ones, without those in `skipped`. Returns 0, also when there is none,
 * or why the bus cannot be looked at.
 */
int survey_bus(const char *device, const uint8_t *skipped, size_t count,
	       survey_found found, void *context);

#endif
