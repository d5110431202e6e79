/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 64 bytes of a NervesKey's OTP zone: "Nrvs", flags (16 bits, big-endian),
 * board name (10), then serial (16) and user bytes (32) when flags are not 1,
 * or a 48-byte serial when they are.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "zones.h"

#define OTP_BOARD_MAX	     10
#define OTP_SHORT_SERIAL_MAX 16
#define OTP_SERIAL_MAX	     48
#define OTP_USER_SIZE	     32

struct otp {
	uint16_t flags;
	size_t board_len, serial_len;
	uint8_t board[OTP_BOARD_MAX];
	uint8_t serial[OTP_SERIAL_MAX];
	uint8_t user[OTP_USER_SIZE]; /* zeros with a long serial */
};

/*
 * Sets `otp`. Zero bytes at the end of a text are not part of it. -ENODATA with
 * the reason: the magic or the serial is missing.
 */
int otp_decode(const uint8_t raw[static OTP_SIZE], struct otp *otp);

/*
 * Sets `raw`; the flags follow from the serial's length. Board and serial are
 * not empty and do not end in a zero byte, which would not be read back. User
 * bytes are lost with a serial of more than 16 bytes.
 */
void otp_encode(const struct otp *otp, uint8_t raw[static OTP_SIZE]);

/*
 * Sets `serial` to the default one: the chip's own serial in Base32. Returns its
 * length.
 */
size_t otp_default_serial(const uint8_t chip_serial[static CHIP_SERIAL_SIZE],
			  uint8_t serial[static OTP_SERIAL_MAX]);
