/* SPDX-License-Identifier: Apache-2.0 */
#include "host_digest.h"

#include <string.h>

void nonce_message(const uint8_t random[static 32],
		   const uint8_t seed[static 20],
		   uint8_t message[static NONCE_MESSAGE_SIZE])
{
	memcpy(message, random, 32);
	memcpy(message + 32, seed, 20);
	message[52] = 0x16; /* opcode and mode; param2's low byte is 0 too */
	message[53] = 0;
	message[54] = 0;
}

void checkmac_message(const uint8_t key[static 32],
		      const uint8_t tempkey[static 32],
		      const uint8_t serial[static 9],
		      uint8_t message[static CHECKMAC_MESSAGE_SIZE])
{
	/* OtherData is all zeros; pieces of the serial are between its own. */
	memset(message, 0, CHECKMAC_MESSAGE_SIZE);
	memcpy(message, key, 32);
	memcpy(message + 32, tempkey, 32);
	message[79] = serial[8];
	message[84] = serial[0];
	message[85] = serial[1];
}
