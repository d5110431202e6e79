/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "store_format.h"
#include "text.h"
#include "tool.h"

#define PER_LINE 32

static void print_content(const char *name, const uint8_t *data, size_t len)
{
	char hex[2 * PER_LINE + 1];

	printf("%s: %zu bytes", name, len);
	if ((data[0] == 0xff || data[0] == 0x00) &&
	    memcmp(data, data + 1, len - 1) == 0) {
		printf(", all %02X\n", data[0]);
		return;
	}
	puts("");
	for (size_t at = 0; at < len; at += PER_LINE) {
		size_t some = len - at < PER_LINE ? len - at : PER_LINE;

		hex_encode(data + at, some, hex);
		printf("    %s\n", hex);
	}
}

static void print_head(const json_t *json, const struct eeprom *eeprom)
{
	const char *description =
		json_string_value(json_object_get(json, "description"));
	const char *model = json_string_value(json_object_get(json, "model"));
	char hex[19];
	uint8_t serial[9];

	eeprom_serial(eeprom, serial);
	hex_encode(serial, sizeof(serial), hex);
	printf("model: %s\nchip serial: %s\n", model, hex);
	if (description)
		printf("description: %s\n", description);
	hex_encode(eeprom->config + CONFIG_REVISION, 4, hex);
	printf("revision: %s\naddress: 0x%02x\n", hex,
	       eeprom->config[CONFIG_I2C_ADDRESS] >> 1);
	printf("configuration: %s\ndata and OTP: %s\n",
	       eeprom_config_locked(eeprom) ? "locked" : "open",
	       eeprom_data_locked(eeprom) ? "locked" : "open");
}

static void print_rules(const struct eeprom *eeprom, unsigned int slot)
{
	struct slot_rules rules = eeprom_slot_rules(eeprom, slot);
	const uint8_t *config = eeprom->config;
	char words[2][5];

	hex_encode(config + CONFIG_SLOT_CONFIG + 2 * slot, 2, words[0]);
	hex_encode(config + CONFIG_KEY_CONFIG + 2 * slot, 2, words[1]);
	printf("  %s/%s%s%s%s%s", words[0], words[1],
	       rules.private_key ? ", private key" : "",
	       rules.secret ? ", secret" : "",
	       rules.need_latch ? ", behind the latch" : "",
	       eeprom_slot_locked(eeprom, slot) ? ", locked" : "");
	printf("%s\n", eeprom->has_key[slot] ? ", has a key" : "");
}

static int show(const char *file)
{
	struct eeprom eeprom;
	char name[16];
	json_t *json;
	int err = store_read(file, &json);

	if (err < 0)
		return err;
	err = store_format_decode(file, json, &eeprom);
	if (err == 0)
		print_head(json, &eeprom);
	json_decref(json);
	if (err < 0)
		return err;
	print_content("config", eeprom.config, sizeof(eeprom.config));
	print_content("otp", eeprom.otp, sizeof(eeprom.otp));
	for (unsigned int slot = 0; slot < EEPROM_SLOTS; slot++) {
		snprintf(name, sizeof(name), "slot %u", slot);
		print_content(name, eeprom_slot(&eeprom, slot),
			      eeprom_slot_size(slot));
		print_rules(&eeprom, slot);
	}
	explicit_bzero(&eeprom, sizeof(eeprom));
	return 0;
}

int tool_show(int argc, char **argv)
{
	int err;

	if (argc != 2)
		return tool_usage("show wants one FILE");
	err = show(argv[1]);
	return err < 0 ? tool_failed(err) : 0;
}
