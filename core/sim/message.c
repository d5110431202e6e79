/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

void message_begin(struct sha256_ctx *message, const uint8_t first[static 32])
{
	sha256_init(message);
	sha256_update(message, 32, first);
}

void message_add(struct sha256_ctx *message, const void *bytes, size_t len)
{
	sha256_update(message, len, bytes);
}

void message_zeros(struct sha256_ctx *message, size_t len)
{
	static const uint8_t zeros[32];

	sha256_update(message, len, zeros);
}

void message_command(struct sha256_ctx *message,
		     const struct chip_request *request)
{
	const uint8_t bytes[4] = { request->opcode, request->mode,
				   (uint8_t)request->param2,
				   (uint8_t)(request->param2 >> 8) };

	sha256_update(message, sizeof(bytes), bytes);
}

void message_serial(struct sha256_ctx *message, const struct chip *chip)
{
	const uint8_t *config = chip->eeprom.config;
	const uint8_t bytes[3] = { config[12], config[0], config[1] };

	sha256_update(message, sizeof(bytes), bytes);
}

void message_end(struct sha256_ctx *message, uint8_t digest[static 32])
{
	sha256_digest(message, 32, digest);
}
