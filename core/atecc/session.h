/* SPDX-License-Identifier: Apache-2.0 */
/* One open chip and its clock: for the files of this layer alone. */
#ifndef NK_SESSION_H
#define NK_SESSION_H

#include <stdbool.h>

#include "atecc.h"
#include "timing.h"
#include "transport.h"
#include "zones.h"

/* tWATCHDOG at most: by then a chip that was woken is asleep. */
#define SESSION_WATCHDOG_US 1700000

struct atecc {
	struct transport *bus;
	bool named;	 /* DEVICE names the address */
	uint8_t address; /* where the chip has answered; 0: nowhere yet */
	uint8_t only;	 /* the one place to look at, which is guessed; or 0 */
	bool gone;	 /* did not answer the last time */
	bool begun;
	enum chip_clock clock; /* once its configuration was read */
	/*
	 * Who it is, since its configuration was read. After a wake within a
	 * session nobody can tell, until the serial is read again.
	 */
	bool known, unsure, identifying;
	/* Since the last wake it has got nothing but what uses begin with. */
	bool fresh;
	/* Since begin: the adapter failed, or another program came between. */
	unsigned int disturbances;
	/* The command after which nothing answers any more; NULL: none. */
	const char *lost_in;
	uint32_t shuffle;
	uint8_t serial[CHIP_SERIAL_SIZE];
	uint64_t woken_us, deadline_us;
	unsigned int deadline_ms;
	struct atecc_stats stats;
};

/* The bus's clock: real, or the simulator's. */
uint64_t session_now_us(const struct atecc *chip);
/* Microseconds until the deadline; 0 when it has passed. */
uint64_t session_remaining_us(const struct atecc *chip);
bool session_is_late(const struct atecc *chip);

/*
 * Nothing but ff was read. The count of a reply is never ff, so it is what an
 * adapter that sees no NAK makes of one, or an awake chip without a reply.
 */
bool session_is_silence(const uint8_t *data, size_t len);

/*
 * From 0 to 3 transfers that change nothing, so that trouble which comes each
 * Nth transfer does not meet the same one again. The chip is awake.
 */
void session_shuffle(struct atecc *chip);

#endif
