/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of version 0.1.0: the new content of all units that change, and a
 * header in the last block of the space.
 */
#include <endian.h>
#include <string.h>
#include <zlib.h>

#include "settings_record.h"

#define VERSION 1

/* Numbers are little-endian. */
struct header {
	uint8_t magic[4];
	uint8_t version;
	uint8_t first; /* unit of the payload */
	uint16_t map_len;
	uint32_t units;
	uint32_t map_crc;
	uint8_t zero[12];
	uint32_t crc; /* chip serial, header up to here, payload */
};
_Static_assert(sizeof(struct header) == UNIT_BLOCK, "a header is one unit");

static uint32_t crc_of(uint32_t crc, const void *data, size_t len)
{
	return (uint32_t)crc32(crc, data, (uInt)len);
}

/* The last block of the space: slot 5's, or slot 8's. */
static size_t header_unit(const struct settings_place *place)
{
	size_t i = units_in(place->len) - 1;

	return unit_table[i].len == UNIT_BLOCK ? i : i - 1;
}

static bool is_sane(const struct header *header, size_t at)
{
	static const uint8_t zero[sizeof(header->zero)];
	size_t map_len = le16toh(header->map_len);
	uint32_t units = le32toh(header->units);

	return memcmp(header->magic, "NKrd", sizeof(header->magic)) == 0 &&
	       header->version == VERSION &&
	       memcmp(header->zero, zero, sizeof(zero)) == 0 && units != 0 &&
	       map_len <= unit_table[at].offset &&
	       units >> units_in(map_len) == 0 &&
	       header->first >= units_in(map_len) && header->first < at;
}

/*
 * Set `payload` to the blocks of units `first` to `end` - 1, without the words
 * between them. Returns its length.
 */
static size_t gather(const uint8_t *space, size_t first, size_t end,
		     uint8_t payload[SETTINGS_SPACE_MAX])
{
	size_t len = 0;

	for (size_t i = first; i < end; i++) {
		if (unit_table[i].len != UNIT_BLOCK)
			continue;
		memcpy(payload + len, space + unit_table[i].offset, UNIT_BLOCK);
		len += UNIT_BLOCK;
	}
	return len;
}

/* Returns the length that the payload has. */
static size_t scatter(uint8_t *space, uint32_t units, const uint8_t *payload)
{
	size_t len = 0;

	for (size_t i = 0; i < UNIT_COUNT; i++) {
		if (!(units >> i & 1))
			continue;
		memcpy(space + unit_table[i].offset, payload + len,
		       unit_table[i].len);
		len += unit_table[i].len;
	}
	return len;
}

bool old_record_find(const struct settings_place *place, const uint8_t *space,
		     struct old_record *record)
{
	size_t at = header_unit(place), map_len, given, len;
	uint8_t payload[SETTINGS_SPACE_MAX] = { 0 };
	struct header header;
	uint32_t crc;

	memcpy(&header, space + unit_table[at].offset, sizeof(header));
	if (!is_sane(&header, at))
		return false;
	map_len = le16toh(header.map_len);
	*record = (struct old_record){ .units = le32toh(header.units),
				       .header = 1U << at };
	memcpy(record->then, space, map_len);
	given = gather(space, header.first, at, payload);
	len = scatter(record->then, record->units, payload);
	if (len > given)
		return false;
	crc = crc_of(0, place->chip_serial, sizeof(place->chip_serial));
	crc = crc_of(crc, &header, offsetof(struct header, crc));
	return crc_of(crc, payload, len) == le32toh(header.crc) &&
	       crc_of(0, record->then, map_len) == le32toh(header.map_crc);
}
