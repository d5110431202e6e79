/* SPDX-License-Identifier: Apache-2.0 */
/* The table of items, and how those are made that are not read from slots. */
#include "items.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "certificates.h"
#include "error.h"
#include "key.h"
#include "keys.h"
#include "sign.h"
#include "templates.h"

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

static int line(struct bytes *out, const uint8_t *text, size_t len)
{
	bytes_append(out, text, len);
	return bytes_append(out, "\n", 1);
}

static int hex_line(struct bytes *out, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes_printf(out, "%02x", data[i]);
	return bytes_append(out, "\n", 1);
}

/* Of parts that Microchip configures, which have no NervesKey's OTP zone. */
static int load_makers(const struct nerveskey *key, enum nerveskey_item item,
		       struct bytes *out)
{
	uint8_t serial[OTP_SERIAL_MAX];

	if (item == NERVESKEY_SERIAL)
		return line(out, serial, chip_serial_text(&key->cache, serial));
	return fail_because(ENODATA, "this part has no %s",
			    item == NERVESKEY_USER ? "user bytes"
						   : "board name");
}

static int load_otp(const struct nerveskey *key, enum nerveskey_item item,
		    struct bytes *out)
{
	const struct otp *otp = &key->cache.otp;
	int err;

	if (is_makers(key))
		return load_makers(key, item, out);
	err = require_otp(key);
	if (err < 0)
		return err;
	if (item == NERVESKEY_SERIAL)
		return line(out, otp->serial, otp->serial_len);
	if (item == NERVESKEY_BOARD)
		return line(out, otp->board, otp->board_len);
	if (otp->serial_len > OTP_SHORT_SERIAL_MAX)
		return fail_because(
			ENODATA,
			"the chip has no user bytes: its serial is longer "
			"than 16 bytes and takes their place");
	return bytes_append(out, otp->user, OTP_USER_SIZE);
}

static int load_raw_otp(const struct cache *cache, struct bytes *out)
{
	if (!cache->has_otp)
		return fail_because(
			ENODATA, "the OTP zone cannot be read: %s",
			config_data_is_locked(cache->config)
				? "the chip's configuration forbids it"
				: "provisioning has to lock the data zone "
				  "first");
	return bytes_append(out, cache->otp_raw, OTP_SIZE);
}

static int load_locks(const uint8_t *config, struct bytes *out)
{
	uint16_t locked = 0;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		if (config_slot_is_locked(config, slot))
			locked |= slot_bit(slot);
	bytes_printf(out, "config=%s\ndata=%s\n",
		     config_is_locked(config) ? "locked" : "open",
		     config_data_is_locked(config) ? "locked" : "open");
	return slots_text(out, "slots", locked);
}

static int load_zones(struct nerveskey *key, enum nerveskey_item item,
		      struct bytes *out)
{
	const struct cache *cache = &key->cache;
	char name[PART_NAME_SIZE];

	switch (item) {
	case NERVESKEY_CHIP_SERIAL:
		return hex_line(out, cache->chip_serial, CHIP_SERIAL_SIZE);
	case NERVESKEY_CHIP_MODEL:
		config_part_name(cache->config, name);
		return bytes_printf(out, "%s\n", name);
	case NERVESKEY_CHIP_REVISION:
		return hex_line(out, cache->config + 4, 4);
	case NERVESKEY_CHIP_ADDRESS:
		return bytes_printf(out, "0x%02x\n", cache->address);
	case NERVESKEY_CHIP_CONFIG:
		return bytes_append(out, cache->config, CONFIG_SIZE);
	case NERVESKEY_CHIP_OTP:
		return load_raw_otp(cache, out);
	case NERVESKEY_CHIP_LOCKS:
		return load_locks(cache->config, out);
	default:
		return load_otp(key, item, out);
	}
}

/* The item of the main key's slot. */
static int load_main(struct nerveskey *key, enum nerveskey_item item,
		     struct bytes *out)
{
	unsigned int slot;
	int err;

	err = key_slot(key, NERVESKEY_MAIN_KEY, &slot);
	if (err < 0)
		return err;
	return item_load(key,
			 slot + (item == NERVESKEY_REQUEST
					 ? NERVESKEY_KEY_REQUEST
					 : NERVESKEY_KEY_PUBLIC_KEY),
			 out);
}

static const struct item {
	enum use use; /* chips in a state that permits this have the item */
	/* Appends the item to `out`. */
	int (*load)(struct nerveskey *key, enum nerveskey_item item,
		    struct bytes *out);
} items[NERVESKEY_ITEM_COUNT] = {
	[NERVESKEY_SIGNER_CERT] = { USE_CERTIFICATES, certificate_load },
	[NERVESKEY_DEVICE_CERT] = { USE_CERTIFICATES, certificate_load },
	[NERVESKEY_AUX_SIGNER_CERT] = { USE_DATA, certificate_load },
	[NERVESKEY_AUX_DEVICE_CERT] = { USE_DATA, certificate_load },
	[NERVESKEY_CHAIN] = { USE_CERTIFICATES, chain_load },
	[NERVESKEY_AUX_CHAIN] = { USE_DATA, chain_load },
	[NERVESKEY_PUBLIC_KEY] = { USE_PUBLIC_KEY, load_main },
	[NERVESKEY_REQUEST] = { USE_PUBLIC_KEY, load_main },
	[NERVESKEY_EUI48] = { USE_DATA, eui48_load },
	[NERVESKEY_SERIAL... NERVESKEY_USER] = { USE_DATA, load_zones },
	[NERVESKEY_CHIP_SERIAL...
		NERVESKEY_CHIP_LOCKS] = { USE_ZONES, load_zones },
	[NERVESKEY_KEY_PUBLIC_KEY... NERVESKEY_KEY_REQUEST -
		1] = { USE_PUBLIC_KEY, public_key_load },
	[NERVESKEY_KEY_REQUEST... NERVESKEY_ITEM_COUNT - 1] = { USE_PUBLIC_KEY,
								request_load },
};

bool item_is_of_zones(enum nerveskey_item item)
{
	return items[item].load == load_zones;
}

int item_load(struct nerveskey *key, enum nerveskey_item item,
	      struct bytes *out)
{
	struct cache *cache = &key->cache;
	BYTES_LOCAL(fresh);
	int err = 0;

	if (!cache->item[item]) {
		err = key_state_permits(cache->state, items[item].use,
					"the chip");
		if (err == 0)
			err = items[item].load(key, item, &fresh);
		if (err == 0)
			err = content_new(&fresh, &cache->item[item]);
		cache->missing[item] = err == -ENODATA || err == -EUCLEAN;
	}
	if (err < 0)
		return err;
	return bytes_set(out, cache->item[item]->bytes.data,
			 cache->item[item]->bytes.len);
}

/* An item that cannot be loaded now is tried again when it is requested. */
void items_load_zones(struct nerveskey *key)
{
	BYTES_LOCAL(out);

	for (enum nerveskey_item i = 0; i < NERVESKEY_ITEM_COUNT; i++)
		if (item_is_of_zones(i))
			item_load(key, i, &out);
	fail_clear();
}
