/* SPDX-License-Identifier: Apache-2.0 */
/* Packets to and from the chip (ATECC508A data sheet, sections 9.1 and 9.1.2). */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_OVERHEAD = 3,	 /* count byte and CRC */
	FRAME_DATA_MAX = 155,	 /* the data of a request */
	FRAME_REQUEST_MAX = 162, /* that, opcode, parameters, count, CRC */
	FRAME_REPLY_MAX = 67,	 /* a public key or a signature */
	FRAME_AWAKE = 0x11,	 /* the status after a wake */
};

struct request {
	uint8_t opcode, param1;
	uint16_t param2;
	const uint8_t *data;
	size_t len; /* at most FRAME_DATA_MAX */
};

/*
 * Set `packet` to count, opcode, parameters, data and CRC, and return its
 * length.
 */
size_t frame_pack(const struct request *request,
		  uint8_t packet[static FRAME_REQUEST_MAX]);

/*
 * Check `len` received bytes, and set *payload (into `reply`) and *payload_len
 * to what is between count and CRC. There may be more bytes than the count says.
 * -EMSGSIZE: the count is impossible. -EIO: the CRC is wrong. 04 07 C4 40 is
 * accepted although its CRC would be 40 C2: Microchip's library expects it from
 * a chip whose self-test failed.
 */
int frame_unpack(const uint8_t *reply, size_t len, const uint8_t **payload,
		 size_t *payload_len);

/* What a status byte asks of the driver. */
enum frame_verdict {
	VERDICT_DONE,	 /* executed */
	VERDICT_REFUSED, /* not executed; a retry would fail as well */
	VERDICT_RESEND,	 /* not executed: it arrived damaged */
	VERDICT_RENEW,	 /* not executed: the watchdog is about to expire */
	VERDICT_RESTART, /* not executed: Sleep clears the fault */
	VERDICT_LOST,	 /* executed or not: unknown */
};

struct frame_status {
	uint8_t code;
	enum frame_verdict verdict;
	int err; /* negative errno when no retries are left */
	const char *meaning;
};

/* What a status byte means. Never NULL. */
const struct frame_status *frame_status(uint8_t code);

/* What an answer to a wake pulse means; NULL: it is not a status reply. */
const struct frame_status *frame_wake_status(const uint8_t answer[static 4]);
