/* SPDX-License-Identifier: Apache-2.0 */
/* Pause of the 508A (data sheet, section 9.12). */
#include "commands.h"

/*
 * All chips on a bus hear it. A chip with another Selector goes idle without a
 * reply.
 */
enum chip_status command_pause(struct chip *chip,
			       const struct chip_request *request,
			       struct chip_reply *reply)
{
	if (request->param2 != 0 || request->len != 0)
		return STATUS_PARSE;
	reply->goes_idle =
		request->mode != chip->eeprom.config[CONFIG_SELECTOR];
	return STATUS_OK;
}
