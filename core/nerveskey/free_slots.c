/* SPDX-License-Identifier: Apache-2.0 */
/* The free slots: 36 bytes of EEPROM each. */
#include "free_slots.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "error.h"
#include "key.h"

/* Sets all bytes of the slot if it is one of `allowed`. */
static int read_slot(struct nerveskey *key, unsigned int slot, uint16_t allowed,
		     uint8_t *data)
{
	int err;

	err = key_state_permits(key->cache.state, USE_KEY, "the chip");
	if (err < 0)
		return err;
	if (!(allowed >> slot & 1))
		return fail_because(
			ENOENT,
			"slot %u holds a key, so it is not free for other "
			"data",
			slot);
	return atecc_read_slot(key->chip, slot, data, slot_size(slot));
}

int nerveskey_slot_read(struct nerveskey *key, unsigned int slot,
			struct bytes *out)
{
	uint8_t data[SLOT_SIZE_MAX];
	int err;

	err = enter_verified(key, OP_SLOT_READ);
	if (err < 0)
		return err;
	err = read_slot(key, slot,
			cache_free_slots(key) | cache_readable_slots(key),
			data);
	if (err == 0)
		err = bytes_set(out, data, slot_size(slot));
	return leave(key, OP_SLOT_READ, err);
}

/* Write only the words that change, to spare the EEPROM. */
static int write_words(struct nerveskey *key, unsigned int slot,
		       const uint8_t *now, const uint8_t *wanted)
{
	uint8_t after[NERVESKEY_SLOT_SIZE];
	int err;

	for (unsigned int at = 0; at < NERVESKEY_SLOT_SIZE; at += 4) {
		if (memcmp(now + at, wanted + at, 4) == 0)
			continue;
		err = atecc_write(key->chip, ATECC_DATA,
				  slot_address(slot, at / 32, at % 32 / 4),
				  wanted + at, 4);
		if (err < 0)
			return err;
	}
	err = read_slot(key, slot, cache_free_slots(key), after);
	if (err == 0 && memcmp(after, wanted, sizeof(after)) != 0)
		return fail_because(
			EIO,
			"slot %u does not hold what was written to it: write "
			"it again",
			slot);
	return err;
}

/* Only a locked slot may refuse a write. */
static int explain_refusal(struct nerveskey *key, unsigned int slot)
{
	uint8_t config[CONFIG_SIZE];
	int err;

	err = atecc_read_config(key->chip, config);
	if (err < 0)
		return err;
	if (config_slot_is_locked(config, slot))
		return fail_because(
			EPERM,
			"slot %u is locked: it can never be written "
			"again",
			slot);
	return fail_because(EIO,
			    "the chip refused to write slot %u, which is not "
			    "locked: write it again",
			    slot);
}

static int put(struct nerveskey *key, unsigned int slot, size_t offset,
	       const uint8_t *data, size_t len)
{
	uint8_t now[NERVESKEY_SLOT_SIZE], wanted[NERVESKEY_SLOT_SIZE];
	int err;

	err = read_slot(key, slot, cache_free_slots(key), now);
	if (err == 0) {
		memcpy(wanted, now, sizeof(now));
		memcpy(wanted + offset, data, len);
		if (memcmp(wanted, now, sizeof(now)) != 0)
			err = write_words(key, slot, now, wanted);
	}
	return err == -EPERM ? explain_refusal(key, slot) : err;
}

int nerveskey_slot_put(struct nerveskey *key, unsigned int slot, size_t offset,
		       const uint8_t *data, size_t len)
{
	int err = enter_to_change(key, OP_SLOT_WRITE);

	return err < 0 ? err
		       : leave(key, OP_SLOT_WRITE,
			       put(key, slot, offset, data, len));
}
