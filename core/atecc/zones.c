/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing the three zones. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "execute.h"
#include "frame.h"
#include "config_zone.h"
#include "session.h"
#include "zones.h"

enum {
	WORD = 4,
	BLOCK = 32,
	ACCESS_32 = 0x80,  /* with the zone: 32 bytes instead of 4 */
	WORDS_MASK = 0x07, /* of a word address: the word in its block */
	AT_CHIP_MODE = 19,
};

/* The configuration is always readable: a refusal is an error. */
static int readable(enum atecc_zone zone, int err)
{
	if (err != -EPERM || zone != ATECC_CONFIG)
		return err;
	return fail_because(EIO,
			    "the chip refuses to let its configuration be "
			    "read, although no lock forbids that: try again");
}

int atecc_read4(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		uint8_t data[static 4])
{
	const struct request request = { .param1 = (uint8_t)zone,
					 .param2 = address };

	return readable(zone,
			session_execute(chip, COMMAND_READ4, &request, data));
}

int atecc_read32(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		 uint8_t data[static 32])
{
	const struct request request = {
		.param1 = (uint8_t)(zone | ACCESS_32),
		.param2 = (uint16_t)(address & ~WORDS_MASK),
	};
	int err;

	err = readable(zone,
		       session_execute(chip, COMMAND_READ32, &request, data));
	if (err == 0 && zone == ATECC_CONFIG && request.param2 == 0)
		session_note_identity(chip, data);
	return err;
}

/* Read a whole zone, OTP or configuration. A block has 8 words. */
static int read_zone(struct atecc *chip, enum atecc_zone zone, uint8_t *data,
		     size_t size)
{
	uint8_t fresh[CONFIG_SIZE];
	int err;

	for (size_t at = 0; at < size; at += BLOCK) {
		err = atecc_read32(chip, zone, (uint16_t)(at / WORD),
				   fresh + at);
		if (err < 0)
			return err;
	}
	memcpy(data, fresh, size);
	return 0;
}

/* A chip of another family cannot be read so, but Info tells what it is. */
static int name_family(struct atecc *chip, int err)
{
	const struct request request = { 0 };
	char reason[200];
	uint8_t revision[4];
	const char *name;

	snprintf(reason, sizeof(reason), "%s", fail_reason());
	if (session_execute(chip, COMMAND_INFO, &request, revision) < 0)
		return fail_because(-err, "%s", reason);
	name = family_other_name(revision);
	if (!name)
		return fail_because(-err, "%s", reason);
	return fail_because(EOPNOTSUPP,
			    "the chip on %s is an %s: this program is for "
			    "ATECC508A and ATECC608",
			    chip->bus->name, name);
}

int atecc_read_config(struct atecc *chip, uint8_t config[static 128])
{
	int err;

	err = read_zone(chip, ATECC_CONFIG, config, CONFIG_SIZE);
	if (err == -EOPNOTSUPP || err == -EIO)
		return name_family(chip, err);
	if (err == 0)
		chip->clock =
			timing_clock(config_part(config), config[AT_CHIP_MODE]);
	return err;
}

int atecc_read_otp(struct atecc *chip, uint8_t otp[static 64])
{
	return read_zone(chip, ATECC_OTP, otp, OTP_SIZE);
}

/* Read a block of a slot, or a word where the slot ends before the block. */
static int read_piece(struct atecc *chip, unsigned int slot, size_t at,
		      uint8_t piece[static BLOCK], size_t *len)
{
	unsigned int block = (unsigned int)(at / BLOCK);
	unsigned int word = (unsigned int)(at % BLOCK / WORD);

	if (at % BLOCK == 0 && at + BLOCK <= slot_size(slot)) {
		*len = BLOCK;
		return atecc_read32(chip, ATECC_DATA,
				    slot_address(slot, block, 0), piece);
	}
	*len = WORD;
	return atecc_read4(chip, ATECC_DATA, slot_address(slot, block, word),
			   piece);
}

int atecc_read_slot(struct atecc *chip, unsigned int slot, uint8_t *data,
		    size_t len)
{
	uint8_t fresh[SLOT_SIZE_MAX], piece[BLOCK];
	size_t piece_len;
	int err = 0;

	if (slot >= SLOT_COUNT || len > slot_size(slot))
		return fail_because(EINVAL, "slot %u has no %zu bytes", slot,
				    len);
	for (size_t at = 0; err == 0 && at < len; at += piece_len) {
		err = read_piece(chip, slot, at, piece, &piece_len);
		if (err == 0)
			memcpy(fresh + at, piece, piece_len);
	}
	if (err == 0)
		memcpy(data, fresh, len);
	explicit_bzero(fresh, sizeof(fresh));
	explicit_bzero(piece, sizeof(piece));
	return err;
}

int atecc_write(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		const uint8_t *data, size_t len)
{
	const struct request request = {
		.param1 = (uint8_t)(len == BLOCK ? zone | ACCESS_32 : zone),
		.param2 = address,
		.data = data,
		.len = len,
	};

	if (len != WORD && len != BLOCK)
		return fail_because(EINVAL,
				    "a write has 4 or 32 bytes, not %zu", len);
	return session_execute(chip, COMMAND_WRITE, &request, NULL);
}
