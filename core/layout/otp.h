/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The 64 bytes of a NervesKey's OTP zone: "Nrvs", flags (16 bits, big-endian),
 * board name (10), then serial (16) and user bytes (32) when flags are not 1,
 * or a 48-byte serial when they are.
 */
#ifndef NK_OTP_H
#define NK_OTP_H

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
	uint8_t user[OTP_USER_SIZE]; /* zeros when the serial is a long one */
};

/*
 * -ENODATA with the reason when the magic or a serial is not there. Zero bytes at
 * a text's end are not part of it.
 */
int otp_decode(const uint8_t raw[static OTP_SIZE], struct otp *otp);

/*
 * Flags follow the serial's length. -EINVAL: empty or over-long board or
 * serial, one that ends in a zero byte (it would not come back), or user bytes
 * beside a serial of more than 16 bytes.
 */
int otp_encode(const struct otp *otp, uint8_t raw[static OTP_SIZE]);

#endif
