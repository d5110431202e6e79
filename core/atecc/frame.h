/* SPDX-License-Identifier: Apache-2.0 */
/* Packets to and from the chip (ATECC508A data sheet, sections 9.1 and 9.1.2). */
#ifndef NK_FRAME_H
#define NK_FRAME_H

#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_OVERHEAD = 3,	 /* count byte and CRC */
	FRAME_DATA_MAX = 155,	 /* of a request */
	FRAME_REQUEST_MAX = 162, /* with opcode, parameters, count, CRC */
	FRAME_REPLY_MAX = 67,	 /* a public key or a signature */
	FRAME_AWAKE = 0x11,	 /* the status after a wake */
};

struct request {
	uint8_t opcode, param1;
	uint16_t param2;
	const uint8_t *data;
	size_t len; /* at most FRAME_DATA_MAX */
};

/* Count, opcode, parameters, data, CRC. The packet's length. */
size_t frame_pack(const struct request *request,
		  uint8_t packet[static FRAME_REQUEST_MAX]);

/*
 * What lies between count and CRC of `len` received bytes; more than the count
 * says may have been read. *payload points into `reply`.
 * -EMSGSIZE: the count is impossible; -EIO: wrong CRC, but for 04 07 C4 40,
 * which Microchip's library expects of a failed self-test (40 C2 is its CRC).
 */
int frame_unpack(const uint8_t *reply, size_t len, const uint8_t **payload,
		 size_t *payload_len);

/* What a status byte asks of the driver. */
enum frame_verdict {
	VERDICT_DONE,	 /* executed */
	VERDICT_REFUSED, /* not executed, and would not be next time either */
	VERDICT_RESEND,	 /* not executed: arrived damaged */
	VERDICT_RENEW,	 /* not executed: the watchdog needs an idle first */
	VERDICT_RESTART, /* not executed: sleep clears what is wrong */
	VERDICT_LOST,	 /* nobody knows */
};

struct frame_status {
	uint8_t code;
	enum frame_verdict verdict;
	int err; /* negative errno once there are no retries left */
	const char *meaning;
};

/* The one place that turns a status byte into an errno. Never NULL. */
const struct frame_status *frame_status(uint8_t code);

/* The same of what was read after a wake pulse; NULL: it is no such reply. */
const struct frame_status *frame_wake_status(const uint8_t answer[static 4]);

#endif
