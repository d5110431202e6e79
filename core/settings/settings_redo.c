/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_redo.h"

#include <endian.h>
#include <string.h>
#include <zlib.h>

/* A 32-byte unit; numbers are little-endian. */
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

static const uint8_t magic[4] = "NKrd";
#define VERSION 1

/* The last block of the space: slot 5's, or slot 8's. */
static size_t header_unit(const struct settings_place *place)
{
	size_t i = units_in(place->len) - 1;

	return unit_at(i).len == UNIT_BLOCK ? i : i - 1;
}

static uint32_t crc_of(uint32_t crc, const void *data, size_t len)
{
	return (uint32_t)crc32(crc, data, (uInt)len);
}

static uint32_t record_crc(const struct settings_place *place,
			   const struct header *header, const uint8_t *payload,
			   size_t len)
{
	uint32_t crc =
		crc_of(0, place->chip_serial, sizeof(place->chip_serial));

	crc = crc_of(crc, header, offsetof(struct header, crc));
	return crc_of(crc, payload, len);
}

/* The new content of `units`, one after another. */
static size_t gather(const uint8_t *image, uint32_t units, uint8_t *payload)
{
	size_t len = 0;

	for (size_t i = 0; i < UNIT_COUNT; i++) {
		struct unit unit = unit_at(i);

		if (!(units >> i & 1))
			continue;
		memcpy(payload + len, image + unit.offset, unit.len);
		len += unit.len;
	}
	return len;
}

static void scatter(uint8_t *image, uint32_t units, const uint8_t *payload)
{
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		struct unit unit = unit_at(i);

		if (!(units >> i & 1))
			continue;
		memcpy(image + unit.offset, payload, unit.len);
		payload += unit.len;
	}
}

static size_t payload_len(uint32_t units)
{
	size_t len = 0;

	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (units >> i & 1)
			len += unit_at(i).len;
	return len;
}

/* The blocks from `first` on that hold `len` bytes; 0 when they do not fit. */
static uint32_t payload_units(size_t first, size_t end, size_t len)
{
	uint32_t units = 0;
	size_t have = 0;

	for (size_t i = first; i < end && have < len; i++) {
		if (unit_at(i).len != UNIT_BLOCK)
			continue;
		units |= 1U << i;
		have += UNIT_BLOCK;
	}
	return have < len ? 0 : units;
}

bool redo_make(const struct settings_place *place, const uint8_t *then,
	       size_t map_len, uint32_t units, size_t keep, struct redo *redo,
	       uint8_t *recorded)
{
	uint8_t payload[SETTINGS_SPACE_MAX + UNIT_BLOCK] = { 0 };
	size_t at = header_unit(place), first = units_in(keep);
	struct header header = {
		.version = VERSION,
		.first = (uint8_t)first,
		.map_len = htole16((uint16_t)map_len),
		.units = htole32(units),
		.map_crc = htole32(crc_of(0, then, map_len)),
	};
	size_t len = gather(then, units, payload);

	*redo = (struct redo){ .map_len = map_len, .units = units };
	redo->payload = payload_units(first, at, len);
	redo->header = 1U << at;
	if (redo->payload == 0)
		return false;
	memcpy(header.magic, magic, sizeof(magic));
	header.crc = htole32(record_crc(place, &header, payload, len));
	scatter(recorded, redo->payload, payload);
	memcpy(recorded + unit_at(at).offset, &header, sizeof(header));
	return true;
}

/* What can be said of a header by itself. */
static bool header_is_sane(const struct header *header, size_t at)
{
	static const uint8_t zero[sizeof(header->zero)];
	size_t map_len = le16toh(header->map_len);
	uint32_t units = le32toh(header->units);

	return memcmp(header->magic, magic, sizeof(magic)) == 0 &&
	       header->version == VERSION &&
	       memcmp(header->zero, zero, sizeof(zero)) == 0 && units != 0 &&
	       map_len <= unit_at(at).offset &&
	       units >> units_in(map_len) == 0 &&
	       header->first >= units_in(map_len) && header->first < at;
}

bool redo_find(const struct settings_place *place, const uint8_t *space,
	       struct redo *redo, uint8_t *then)
{
	uint8_t payload[SETTINGS_SPACE_MAX] = { 0 };
	size_t at = header_unit(place), len, map_len;
	struct header header;

	memcpy(&header, space + unit_at(at).offset, sizeof(header));
	if (!header_is_sane(&header, at))
		return false;
	map_len = le16toh(header.map_len);
	*redo = (struct redo){ .map_len = map_len,
			       .units = le32toh(header.units),
			       .header = 1U << at };
	len = payload_len(redo->units);
	redo->payload = payload_units(header.first, at, len);
	if (redo->payload == 0)
		return false;
	gather(space, redo->payload, payload);
	if (record_crc(place, &header, payload, len) != le32toh(header.crc))
		return false;
	memset(then, 0, place->len);
	memcpy(then, space, map_len);
	scatter(then, redo->units, payload);
	return crc_of(0, then, map_len) == le32toh(header.map_crc);
}
