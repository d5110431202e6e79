/* SPDX-License-Identifier: Apache-2.0 */
/* One open chip and its clock. Only files of this layer use it. */
#pragma once

#include <stdbool.h>

#include "atecc.h"
#include "timing.h"
#include "transport.h"
#include "zones.h"

/* The longest tWATCHDOG. It puts a chip to sleep this time after a wake. */
#define SESSION_WATCHDOG_US 1700000

struct atecc {
	struct transport *bus;
	bool named;	 /* DEVICE names the address */
	uint8_t address; /* where the chip has answered; 0: nowhere yet */
	uint8_t only;	 /* the guessed address to look at alone; or 0 */
	bool gone;	 /* it did not answer the last time */
	bool begun;
	enum chip_clock clock; /* known when the configuration was read */
	/*
	 * The serial is known since the configuration was read. After a wake
	 * within a session it could be another chip, so the driver is unsure
	 * until it has read the serial again.
	 */
	bool known, unsure, identifying;
	/* Nothing was sent since the last wake but what each session sends. */
	bool fresh;
	/* Errors of the adapter and of other programs' commands since begin. */
	unsigned int disturbances;
	/* The command after which nothing answered any more; NULL: none. */
	const char *lost_in;
	uint32_t shuffle;
	uint8_t serial[CHIP_SERIAL_SIZE];
	uint64_t woken_us, deadline_us;
	unsigned int deadline_ms;
	struct atecc_stats stats;
};

bool session_is_late(const struct atecc *chip);

/*
 * All bytes are ff. The count of a reply is never ff, so these come from an
 * adapter that does not report a NAK, or from an awake chip without a reply.
 */
bool session_is_silence(const uint8_t *data, size_t len);

/*
 * Make 0 to 3 transfers that change nothing. A bus that spoils each Nth transfer
 * then does not spoil the same step each time. The chip must be awake.
 */
void session_shuffle(struct atecc *chip);
