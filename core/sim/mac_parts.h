/* SPDX-License-Identifier: Apache-2.0 */
/* What MAC, CheckMac and HMAC have in common. */
#ifndef NK_SIM_MAC_PARTS_H
#define NK_SIM_MAC_PARTS_H

#include "chip.h"

/* Bits of their modes. */
#define MAC_SECOND_TEMP 0x01u /* second 32 bytes: TempKey, else challenge */
#define MAC_FIRST_TEMP	0x02u /* first 32 bytes: TempKey, else a slot */
#define MAC_FROM_INPUT	0x04u /* what TempKey's SourceFlag must be */
#define MAC_TEMP	(MAC_SECOND_TEMP | MAC_FIRST_TEMP)
#define MAC_OTP_88	0x10u /* 508A */
#define MAC_OTP_64	0x20u /* 508A */
#define MAC_SERIAL	0x40u

/* What is hashed behind the first two parts, 24 bytes. */
struct mac_tail {
	uint8_t command[4];
	uint8_t otp[8];
	uint8_t otp_more[3];
	uint8_t serial_8;
	uint8_t serial_4_7[4];
	uint8_t serial_0_1[2];
	uint8_t serial_2_3[2];
};

/* As the mode of MAC or HMAC asks for it. */
struct mac_tail mac_tail(const struct chip *chip,
			 const struct chip_request *request);

/*
 * TempKey has 32 bytes, a source as bit 2 of the mode says, and was not made
 * from a key with NoMac.
 */
bool mac_temp_key_fits(const struct chip *chip, unsigned int mode);

#endif
