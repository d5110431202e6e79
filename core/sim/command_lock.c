/* SPDX-License-Identifier: Apache-2.0 */
/* Lock (ATECC508A data sheet, section 9.9). */
#include "commands.h"
#include "crc.h"
#include "program.h"

#define LOCKED 0x00

/* CRC over the slots in order, without those of private keys, then OTP. */
static uint16_t data_summary(struct chip *chip)
{
	uint16_t crc = 0;

	for (unsigned int slot = 0; slot < EEPROM_SLOTS; slot++)
		if (!eeprom_slot_rules(&chip->eeprom, slot).private_key)
			crc = crc16_more(crc, eeprom_slot(&chip->eeprom, slot),
					 eeprom_slot_size(slot));
	return crc16_more(crc, chip->eeprom.otp, EEPROM_OTP_SIZE);
}

static enum chip_status lock_zone(struct chip *chip,
				  const struct chip_request *request,
				  bool locked, uint16_t summary, uint8_t *byte)
{
	bool check = !(request->mode & 0x80);

	if (request->mode & 0x3c || (!check && request->param2 != 0))
		return STATUS_PARSE;
	if (locked || (check && request->param2 != summary))
		return STATUS_EXECUTION;
	program(chip, byte, 1, TEAR_WHOLE);
	*byte = LOCKED;
	return STATUS_OK;
}

static enum chip_status lock_slot(struct chip *chip,
				  const struct chip_request *request)
{
	unsigned int slot = request->mode >> 2 & 15;
	uint8_t *bits = &chip->eeprom.config[CONFIG_SLOT_LOCKED + slot / 8];

	if (request->param2 != 0 || request->mode & 0x80)
		return STATUS_PARSE;
	if (!eeprom_config_locked(&chip->eeprom) ||
	    !eeprom_data_locked(&chip->eeprom) ||
	    !eeprom_slot_rules(&chip->eeprom, slot).lockable ||
	    eeprom_slot_locked(&chip->eeprom, slot))
		return STATUS_EXECUTION;
	program(chip, bits, 1, TEAR_WHOLE);
	*bits &= (uint8_t) ~(1u << (slot % 8));
	return STATUS_OK;
}

enum chip_status command_lock(struct chip *chip,
			      const struct chip_request *request,
			      struct chip_reply *reply)
{
	struct eeprom *eeprom = &chip->eeprom;

	(void)reply;
	if (request->len != 0 || request->mode & 0x40)
		return STATUS_PARSE;
	switch (request->mode & 3) {
	case 0:
		return lock_zone(chip, request, eeprom_config_locked(eeprom),
				 crc16(eeprom->config, EEPROM_CONFIG_SIZE),
				 &eeprom->config[CONFIG_LOCK_CONFIG]);
	case 1:
		return lock_zone(chip, request,
				 !eeprom_config_locked(eeprom) ||
					 eeprom_data_locked(eeprom),
				 data_summary(chip),
				 &eeprom->config[CONFIG_LOCK_VALUE]);
	case 2:
		return lock_slot(chip, request);
	default:
		return STATUS_PARSE;
	}
}
