/* SPDX-License-Identifier: Apache-2.0 */
/* Counter (ATECC508A data sheet, section 9.2). */
#include "commands.h"
#include "counter.h"

enum counter_mode { COUNTER_READ = 0, COUNTER_INCREMENT = 1 };

enum chip_status command_counter(struct chip *chip,
				 const struct chip_request *request,
				 struct chip_reply *reply)
{
	uint8_t answer[4];
	uint32_t count;

	if (request->mode > COUNTER_INCREMENT || request->param2 >= COUNTERS ||
	    request->len != 0)
		return STATUS_PARSE;
	if (request->mode == COUNTER_INCREMENT) {
		if (!eeprom_config_locked(&chip->eeprom) ||
		    !counter_can_count(chip, request->param2))
			return STATUS_EXECUTION;
		counter_count(chip, request->param2);
	}
	count = counter_value(chip, request->param2);
	for (unsigned int i = 0; i < sizeof(answer); i++)
		answer[i] = (uint8_t)(count >> (8 * i));
	return chip_answer(reply, answer, sizeof(answer));
}
