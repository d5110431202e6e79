/* SPDX-License-Identifier: Apache-2.0 */
#include "frame.h"

#include <errno.h>
#include <string.h>

#include "crc.h"

size_t frame_pack(const struct request *request,
		  uint8_t packet[static FRAME_REQUEST_MAX])
{
	size_t len = 5 + request->len;
	uint16_t crc;

	packet[0] = (uint8_t)(len + 2);
	packet[1] = request->opcode;
	packet[2] = request->param1;
	packet[3] = (uint8_t)request->param2;
	packet[4] = (uint8_t)(request->param2 >> 8);
	if (request->len)
		memcpy(packet + 5, request->data, request->len);
	crc = crc16(packet, len);
	packet[len] = (uint8_t)crc;
	packet[len + 1] = (uint8_t)(crc >> 8);
	return len + 2;
}

/* Its CRC is wrong: see frame_unpack(). */
static const uint8_t self_test_failed[] = { 0x04, 0x07, 0xc4, 0x40 };
#define SELF_TEST_CRC 0x40c4

int frame_unpack(const uint8_t *reply, size_t len, const uint8_t **payload,
		 size_t *payload_len)
{
	size_t count;
	uint16_t crc;

	if (len < FRAME_OVERHEAD)
		return -EMSGSIZE;
	count = reply[0];
	if (count < FRAME_OVERHEAD || count > len)
		return -EMSGSIZE;
	crc = crc16(reply, count - 2);
	if (memcmp(reply, self_test_failed, sizeof(self_test_failed)) == 0)
		crc = SELF_TEST_CRC;
	if (reply[count - 2] != (uint8_t)crc ||
	    reply[count - 1] != (uint8_t)(crc >> 8))
		return -EIO;
	*payload = reply + 1;
	*payload_len = count - FRAME_OVERHEAD;
	return 0;
}

/* Data sheet, table "Status/Error Codes in I/O". */
static const struct frame_status statuses[] = {
	{ 0x00, VERDICT_DONE, 0, "success" },
	{ 0x01, VERDICT_REFUSED, -EBADE,
	  "the chip compared, and found no match" },
	{ 0x03, VERDICT_REFUSED, -EOPNOTSUPP,
	  "this part does not know the command" },
	{ 0x05, VERDICT_RESTART, -EIO, "the chip reports an ECC fault" },
	{ 0x07, VERDICT_RESTART, -EIO, "the chip's self-test failed" },
	{ 0x08, VERDICT_RESTART, -EIO,
	  "the chip's random generator failed its health test" },
	{ 0x0f, VERDICT_REFUSED, -EPERM,
	  "a lock or the slot's configuration forbids it" },
	{ 0x11, VERDICT_LOST, -EIO, "the chip has been reset" },
	{ 0xee, VERDICT_RENEW, -EIO, "the chip's watchdog is about to expire" },
	{ 0xff, VERDICT_RESEND, -EIO, "the command arrived damaged" },
};

static const struct frame_status unknown_status = {
	.verdict = VERDICT_LOST,
	.err = -EIO,
	.meaning = "a status that the data sheet does not know",
};

const struct frame_status *frame_status(uint8_t code)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].code == code)
			return &statuses[i];
	return &unknown_status;
}

const struct frame_status *frame_wake_status(const uint8_t answer[static 4])
{
	const uint8_t *payload;
	size_t len;

	if (frame_unpack(answer, 4, &payload, &len) < 0 || len != 1)
		return NULL;
	return frame_status(*payload);
}
