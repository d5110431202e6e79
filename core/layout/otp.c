/* SPDX-License-Identifier: Apache-2.0 */
#include "otp.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "error.h"
#include "text.h"

enum {
	AT_FLAGS = 4,
	AT_BOARD = 6,
	AT_SERIAL = 16,
	AT_USER = 32,
	FLAGS_LONG_SERIAL = 1,
};

static const uint8_t magic[AT_FLAGS] = { 'N', 'r', 'v', 's' };

/* Length of a zero-padded text; zero bytes inside it are part of it. */
static size_t text_len(const uint8_t *text, size_t max)
{
	while (max > 0 && text[max - 1] == 0)
		max--;
	return max;
}

/* All bytes are alike, as from the factory. */
static bool is_unwritten(const uint8_t raw[static OTP_SIZE])
{
	for (size_t i = 1; i < OTP_SIZE; i++)
		if (raw[i] != raw[0])
			return false;
	return raw[0] == 0xff || raw[0] == 0x00;
}

static int no_identity(const uint8_t raw[static OTP_SIZE])
{
	if (is_unwritten(raw))
		return fail_because(ENODATA, "the OTP zone was never written");
	return fail_because(ENODATA,
			    "the OTP zone is not a NervesKey's: it begins with "
			    "%02x%02x%02x%02x, where \"Nrvs\" (4e727673) and a "
			    "serial are expected",
			    raw[0], raw[1], raw[2], raw[3]);
}

int otp_decode(const uint8_t raw[static OTP_SIZE], struct otp *otp)
{
	struct otp got = { 0 };
	size_t serial_max = OTP_SHORT_SERIAL_MAX;

	if (memcmp(raw, magic, sizeof(magic)) != 0)
		return no_identity(raw);
	got.flags = (uint16_t)(raw[AT_FLAGS] << 8 | raw[AT_FLAGS + 1]);
	got.board_len = text_len(raw + AT_BOARD, OTP_BOARD_MAX);
	memcpy(got.board, raw + AT_BOARD, got.board_len);
	if (got.flags == FLAGS_LONG_SERIAL)
		serial_max = OTP_SERIAL_MAX;
	else
		memcpy(got.user, raw + AT_USER, OTP_USER_SIZE);
	got.serial_len = text_len(raw + AT_SERIAL, serial_max);
	memcpy(got.serial, raw + AT_SERIAL, got.serial_len);
	if (got.serial_len == 0)
		return no_identity(raw);
	*otp = got;
	return 0;
}

void otp_encode(const struct otp *otp, uint8_t raw[static OTP_SIZE])
{
	bool is_long = otp->serial_len > OTP_SHORT_SERIAL_MAX;

	memset(raw, 0, OTP_SIZE);
	memcpy(raw, magic, sizeof(magic));
	raw[AT_FLAGS + 1] = is_long ? FLAGS_LONG_SERIAL : 0;
	memcpy(raw + AT_BOARD, otp->board, otp->board_len);
	if (!is_long)
		memcpy(raw + AT_USER, otp->user, OTP_USER_SIZE);
	memcpy(raw + AT_SERIAL, otp->serial, otp->serial_len);
}

size_t otp_default_serial(const uint8_t chip_serial[static CHIP_SERIAL_SIZE],
			  uint8_t serial[static OTP_SERIAL_MAX])
{
	char text[(8 * CHIP_SERIAL_SIZE + 4) / 5 + 1];
	size_t len;

	base32_encode(chip_serial, CHIP_SERIAL_SIZE, text);
	len = strlen(text);
	memcpy(serial, text, len);
	return len;
}
