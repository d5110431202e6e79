/* SPDX-License-Identifier: Apache-2.0 */
/* Items from the configuration and OTP zones. */
#include "load_zones.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "error.h"
#include "text.h"

int load_line(struct bytes *out, const void *text, size_t len)
{
	bytes_append(out, text, len);
	return bytes_append(out, "\n", 1);
}

static int hex_line(struct bytes *out, const uint8_t *data, size_t len)
{
	char hex[2 * 16 + 1];

	hex_encode(data, len, hex);
	return load_line(out, hex, 2 * len);
}

void load_upper_hex(const uint8_t *data, size_t len, char *hex)
{
	hex_encode(data, len, hex);
	for (char *c = hex; *c; c++)
		*c = (char)toupper(*c);
}

int require_otp(const struct nerveskey *key)
{
	struct otp otp;

	if (!key->cache.has_otp)
		return fail_because(
			ENODATA,
			"the chip does not let its OTP zone be read, which "
			"holds its serial and board name");
	if (otp_decode(key->cache.otp_raw, &otp) == 0)
		return 0;
	return fail_because(ENODATA,
			    "%s, and since the data zone is locked it stays "
			    "so: this chip has no serial, board name or device "
			    "certificate",
			    fail_reason());
}

int load_serial(struct nerveskey *key, struct bytes *out)
{
	char hex[2 * CHIP_SERIAL_SIZE + 1];
	int err;

	if (!is_makers(key)) {
		err = require_otp(key);
		return err < 0 ? err
			       : load_line(out, key->cache.otp.serial,
					   key->cache.otp.serial_len);
	}
	load_upper_hex(key->cache.chip_serial, CHIP_SERIAL_SIZE, hex);
	return load_line(out, hex, strlen(hex));
}

static int no_such_field(const char *what)
{
	return fail_because(ENODATA, "this part has no %s", what);
}

int load_board(struct nerveskey *key, struct bytes *out)
{
	int err;

	if (is_makers(key))
		return no_such_field("board name");
	err = require_otp(key);
	if (err < 0)
		return err;
	return load_line(out, key->cache.otp.board, key->cache.otp.board_len);
}

int load_user(struct nerveskey *key, struct bytes *out)
{
	int err;

	if (is_makers(key))
		return no_such_field("user bytes");
	err = require_otp(key);
	if (err < 0)
		return err;
	if (key->cache.otp.serial_len > OTP_SHORT_SERIAL_MAX)
		return fail_because(
			ENODATA,
			"the chip has no user bytes: its serial is longer "
			"than 16 bytes and takes their place");
	return bytes_append(out, key->cache.otp.user, OTP_USER_SIZE);
}

int load_chip_serial(struct nerveskey *key, struct bytes *out)
{
	return hex_line(out, key->cache.chip_serial, CHIP_SERIAL_SIZE);
}

int load_chip_model(struct nerveskey *key, struct bytes *out)
{
	char name[PART_NAME_SIZE];

	config_part_name(key->cache.config, name);
	return bytes_printf(out, "%s\n", name);
}

int load_chip_revision(struct nerveskey *key, struct bytes *out)
{
	return hex_line(out, key->cache.config + 4, 4);
}

int load_chip_address(struct nerveskey *key, struct bytes *out)
{
	return bytes_printf(out, "0x%02x\n", key->cache.address);
}

int load_chip_config(struct nerveskey *key, struct bytes *out)
{
	return bytes_append(out, key->cache.config, CONFIG_SIZE);
}

int load_chip_otp(struct nerveskey *key, struct bytes *out)
{
	if (!key->cache.has_otp)
		return fail_because(
			ENODATA, "the OTP zone cannot be read: %s",
			config_data_is_locked(key->cache.config)
				? "the chip's configuration forbids it"
				: "provisioning has to lock the data zone "
				  "first");
	return bytes_append(out, key->cache.otp_raw, OTP_SIZE);
}

int load_chip_locks(struct nerveskey *key, struct bytes *out)
{
	const uint8_t *config = key->cache.config;
	const char *between = "";

	bytes_printf(out, "config=%s\ndata=%s\nslots=",
		     config_is_locked(config) ? "locked" : "open",
		     config_data_is_locked(config) ? "locked" : "open");
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		if (!config_slot_is_locked(config, slot))
			continue;
		bytes_printf(out, "%s%u", between, slot);
		between = ",";
	}
	return bytes_append(out, "\n", 1);
}
