/* SPDX-License-Identifier: Apache-2.0 */
/* UpdateExtra (ATECC508A data sheet, section 9.19). */
#include "commands.h"
#include "counter.h"
#include "program.h"

#define MODE_SELECTOR  1
#define MODE_DECREMENT 2 /* counts a use of the key in slot param2 */

/* With SelectorMode 0 (508A), Selector can be written repeatedly. */
static bool is_writable(const struct chip *chip, unsigned int index)
{
	const uint8_t *config = chip->eeprom.config;

	return config[CONFIG_USER_EXTRA + index] == 0 ||
	       (index == MODE_SELECTOR && chip->part == PART_508A &&
		!(config[CONFIG_CHIP_MODE] & 1));
}

static enum chip_status spend_use(struct chip *chip, unsigned int slot)
{
	if (slot >= EEPROM_SLOTS)
		return STATUS_PARSE;
	if (!eeprom_config_locked(&chip->eeprom) ||
	    !counter_use_left(chip, slot))
		return STATUS_EXECUTION;
	counter_spend_use(chip, slot);
	return STATUS_OK;
}

enum chip_status command_update_extra(struct chip *chip,
				      const struct chip_request *request,
				      struct chip_reply *reply)
{
	uint8_t *byte = chip->eeprom.config + CONFIG_USER_EXTRA;

	(void)reply;
	if (request->mode > MODE_DECREMENT || request->param2 > 0xff ||
	    request->len != 0)
		return STATUS_PARSE;
	if (request->mode == MODE_DECREMENT)
		return spend_use(chip, request->param2);
	if (!is_writable(chip, request->mode))
		return STATUS_EXECUTION;
	byte += request->mode;
	program(chip, byte, 1, TEAR_WHOLE);
	*byte = (uint8_t)request->param2;
	return STATUS_OK;
}
