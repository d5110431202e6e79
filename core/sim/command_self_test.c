/* SPDX-License-Identifier: Apache-2.0 */
/* SelfTest of the 608 (ATECC608A-TNGTLS data sheet, section 5.1.7). */
#include "commands.h"

#define TEST_RNG   0x01u
#define TEST_KNOWN 0x3fu /* RNG, ECDSA (two bits), ECDH, AES, SHA */

/* Returns a bit map of failed tests. Only the generator can fail here. */
enum chip_status command_self_test(struct chip *chip,
				   const struct chip_request *request,
				   struct chip_reply *reply)
{
	bool asked = request->mode == 0 || request->mode & TEST_RNG;
	uint8_t failed = asked && chip->sram.failure ? TEST_RNG : 0;

	if (request->mode & ~TEST_KNOWN || request->param2 != 0 ||
	    request->len != 0)
		return STATUS_PARSE;
	return chip_answer(reply, &failed, 1);
}
