/* SPDX-License-Identifier: Apache-2.0 */
#include "crc.h"

uint16_t crc16_more(uint16_t crc, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			unsigned int in = (data[i] >> bit) & 1u;
			unsigned int top = crc >> 15;

			crc = (uint16_t)(crc << 1);
			if (in != top)
				crc ^= 0x8005;
		}
	}
	return crc;
}

uint16_t crc16(const uint8_t *data, size_t len)
{
	return crc16_more(0, data, len);
}
