/* SPDX-License-Identifier: Apache-2.0 */
/* Parts that MAC, CheckMac and HMAC share. */
#pragma once

#include "chip.h"

/* Mode bits. */
#define MAC_SECOND_TEMP 0x01u /* second 32 bytes: TempKey, else challenge */
#define MAC_FIRST_TEMP	0x02u /* first 32 bytes: TempKey, else a slot */
#define MAC_FROM_INPUT	0x04u /* required SourceFlag of TempKey */
#define MAC_TEMP	(MAC_SECOND_TEMP | MAC_FIRST_TEMP)
#define MAC_OTP_88	0x10u /* 508A */
#define MAC_OTP_64	0x20u /* 508A */
#define MAC_SERIAL	0x40u

/* The 24 bytes that are hashed after the first two parts. */
struct mac_tail {
	uint8_t command[4];
	uint8_t otp[8];
	uint8_t otp_more[3];
	uint8_t serial_8;
	uint8_t serial_4_7[4];
	uint8_t serial_0_1[2];
	uint8_t serial_2_3[2];
};

/* Returns the tail that the mode of MAC or HMAC asks for. */
struct mac_tail mac_tail(const struct chip *chip,
			 const struct chip_request *request);

/*
 * Whether TempKey has 32 bytes, has the source that mode bit 2 gives, and was
 * not made from a key with NoMac.
 */
bool mac_temp_key_fits(const struct chip *chip, unsigned int mode);
