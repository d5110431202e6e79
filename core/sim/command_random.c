/* SPDX-License-Identifier: Apache-2.0 */
/* Random (ATECC508A data sheet, section 9.14). */
#include "commands.h"
#include "generator.h"

enum chip_status command_random(struct chip *chip,
				const struct chip_request *request,
				struct chip_reply *reply)
{
	/* 508A, bit 0: the seed is not updated. */
	unsigned int modes = chip->part == PART_508A ? 2 : 1;
	uint8_t out[32];

	if (request->mode >= modes || request->param2 != 0 || request->len != 0)
		return STATUS_PARSE;
	generator_draw(chip, out, sizeof(out));
	return chip_answer(reply, out, sizeof(out));
}
