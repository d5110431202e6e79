/* SPDX-License-Identifier: Apache-2.0 */
#include "mac_parts.h"

#include <string.h>

#include "temp_key.h"

struct mac_tail mac_tail(const struct chip *chip,
			 const struct chip_request *request)
{
	const uint8_t *config = chip->eeprom.config, *otp = chip->eeprom.otp;
	struct mac_tail tail = {
		.command = { request->opcode, request->mode,
			     (uint8_t)request->param2 },
		.serial_8 = config[12],
		.serial_0_1 = { config[0], config[1] },
	};

	if (request->mode & (MAC_OTP_64 | MAC_OTP_88))
		memcpy(tail.otp, otp, sizeof(tail.otp));
	if (request->mode & MAC_OTP_88)
		memcpy(tail.otp_more, otp + 8, sizeof(tail.otp_more));
	if (request->mode & MAC_SERIAL) {
		memcpy(tail.serial_4_7, config + 8, sizeof(tail.serial_4_7));
		memcpy(tail.serial_2_3, config + 2, sizeof(tail.serial_2_3));
	}
	return tail;
}

bool mac_temp_key_fits(const struct chip *chip, unsigned int mode)
{
	const struct chip_sram *sram = &chip->sram;

	return temp_key_get(sram) && !sram->no_mac &&
	       sram->from_input == !!(mode & MAC_FROM_INPUT);
}
