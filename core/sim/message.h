/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that commands hash. Most begin with a key or TempKey, followed by
 * parts of the command and of the serial number.
 */
#pragma once

#include <nettle/sha2.h>

#include "chip.h"

void message_begin(struct sha256_ctx *message, const uint8_t first[static 32]);
void message_add(struct sha256_ctx *message, const void *bytes, size_t len);
void message_zeros(struct sha256_ctx *message, size_t len);
/* Hashes opcode, mode and param2. */
void message_command(struct sha256_ctx *message,
		     const struct chip_request *request);
/* Hashes SN[8], SN[0], SN[1], which all chips of a kind share. */
void message_serial(struct sha256_ctx *message, const struct chip *chip);
void message_end(struct sha256_ctx *message, uint8_t digest[static 32]);
