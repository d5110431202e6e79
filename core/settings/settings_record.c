/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_update.h"

#include <endian.h>
#include <string.h>
#include <sys/param.h>
#include <zlib.h>

#define VERSION 2

/* The last bytes of its last block, so a block of zeros completes no record. */
#define CRC_LEN	 sizeof(uint32_t)
#define BASE_LEN offsetof(struct record, insert)
_Static_assert(BASE_LEN == 52, "no holes");

bool record_is_upwards(const struct record *record)
{
	return record->new_len <= record->old_len;
}

/* Of both maps. */
static size_t longer(const struct record *record)
{
	return MAX(record->old_len, record->new_len);
}

/*
 * Set the record's blocks, from unit `first` on. The blocks behind both maps are
 * a ring. False: they do not fit, or `first` is not free.
 */
static bool take_blocks(const struct settings_place *place, size_t first,
			struct record *record)
{
	size_t len = BASE_LEN + record->insert_len + CRC_LEN;
	size_t count = (len + UNIT_BLOCK - 1) / UNIT_BLOCK;
	size_t begin = units_in(longer(record)), end = units_in(place->len);

	if (first < begin || first >= end)
		return false;
	for (size_t n = 0; n < end - begin && record->count < count; n++) {
		size_t i = begin + (first - begin + n) % (end - begin);

		if (!(UNIT_BLOCKS >> i & 1))
			continue;
		record->unit[record->count++] = (uint8_t)i;
		record->blocks |= 1U << i;
	}
	return record->count == count;
}

/* `bytes` are a record of `count` blocks, whose CRC does not count. */
static uint32_t crc_of(const struct settings_place *place, const uint8_t *bytes,
		       size_t count)
{
	uLong crc = crc32(0, place->chip_serial, sizeof(place->chip_serial));

	return (uint32_t)crc32(crc, bytes,
			       (uInt)(count * UNIT_BLOCK - CRC_LEN));
}

/* From the host's order of bytes to the chip's, or the other way round. */
static void turn(struct record *record)
{
	record->map_crc = htole32(record->map_crc);
	record->sequence = htole16(record->sequence);
	record->old_len = htole16(record->old_len);
	record->new_len = htole16(record->new_len);
	record->patch_at = htole16(record->patch_at);
	record->insert_at = htole16(record->insert_at);
	record->units = htole32(record->units);
}

/* Without a map, the first unit counts: it says that there is none. */
static size_t units_of_old(size_t old_len)
{
	return old_len > 0 ? units_in(old_len) : 1;
}

/* Check the fields of the first block. Removes the version from `units`. */
static bool is_sane(const struct settings_place *place, struct record *record)
{
	size_t old_units = units_of_old(record->old_len);
	size_t new_units = units_in(record->new_len);
	size_t both = old_units < new_units ? old_units : new_units;
	uint32_t version = record->units >> 24;

	record->units &= 0xffffff;
	return version == VERSION && longer(record) <= place->len &&
	       (size_t)record->insert_at + record->insert_len <= place->len &&
	       record->units != 0 && record->units >> both == 0;
}

/* Set `record` to the one that begins in unit `first`. False: there is none. */
static bool read_at(const struct settings_space *space, size_t first,
		    struct record *record)
{
	uint8_t bytes[UNIT_COUNT * UNIT_BLOCK];
	uint32_t crc;

	*record = (struct record){ 0 };
	memcpy(record->bytes, space->data + unit_table[first].offset,
	       UNIT_BLOCK);
	turn(record);
	if (!is_sane(&space->place, record) ||
	    !take_blocks(&space->place, first, record))
		return false;
	for (size_t i = 0; i < record->count; i++)
		memcpy(bytes + i * UNIT_BLOCK,
		       space->data + unit_table[record->unit[i]].offset,
		       UNIT_BLOCK);
	memcpy(record->parity, bytes + BASE_LEN - UNIT_BLOCK, UNIT_BLOCK);
	memcpy(record->insert, bytes + BASE_LEN, record->insert_len);
	memcpy(&crc, bytes + record->count * UNIT_BLOCK - CRC_LEN, CRC_LEN);
	record->crc = le32toh(crc);
	return crc_of(&space->place, bytes, record->count) == record->crc;
}

bool record_find(const struct settings_space *space, struct record *record)
{
	bool found = false;

	for (size_t i = 0; i < units_in(space->place.len); i++) {
		struct record one;

		if (unit_table[i].len != UNIT_BLOCK || !read_at(space, i, &one))
			continue;
		if (!found || (int16_t)(one.sequence - record->sequence) >= 0)
			*record = one;
		found = true;
	}
	return found;
}

/*
 * Begin on the last block of the newest record: this ends the old record before
 * the new one is complete, and wears all free blocks evenly.
 */
size_t record_start(const struct settings_space *space, size_t tail)
{
	struct record newest;

	if (record_find(space, &newest) &&
	    newest.unit[newest.count - 1] >= tail)
		return newest.unit[newest.count - 1];
	for (size_t i = tail; i < units_in(space->place.len); i++)
		if (unit_table[i].len == UNIT_BLOCK &&
		    !unit_is_blank(space->data, i))
			return i;
	while (tail < UNIT_COUNT && !(UNIT_BLOCKS >> tail & 1))
		tail++;
	return tail;
}

/* Combine the units into `parity` by exclusive or. */
static void xor_units(const uint8_t *space, uint32_t units, uint8_t *parity)
{
	for (size_t i = 0; i < UNIT_COUNT; i++)
		for (size_t at = 0; units >> i & 1 && at < unit_table[i].len;
		     at++)
			parity[at] ^= space[unit_table[i].offset + at];
}

/*
 * Describe how the maps differ: one byte, and one stretch that is replaced by
 * another. The record leaves out the new bytes of the first unit to be written:
 * the parity restores them. False: there are too many new bytes.
 */
static bool describe(const uint8_t *old, const uint8_t *new,
		     struct record *record)
{
	bool upwards = record_is_upwards(record);
	const struct unit *first = /* to be written */
		&unit_table[upwards ? __builtin_ctz(record->units)
				    : 31 - __builtin_clz(record->units)];
	size_t least = upwards ? record->new_len : record->old_len;
	size_t border = first->offset + (upwards ? first->len : 0U);
	size_t at = 0, same = 0, end;

	while (at < least && old[at] == new[at])
		at++;
	record->patch_at = (uint16_t)at;
	record->patch = new[at];
	at += at < least;
	while (at < least && old[at] == new[at])
		at++;
	while (same < least - at && old[record->old_len - 1 - same] ==
					    new[record->new_len - 1 - same])
		same++;
	end = record->new_len - same;
	if (upwards ? at < border : at > border)
		at = border;
	if (upwards ? end < border : end > border)
		end = border;
	record->insert_at = (uint16_t)at;
	if (end - at > UINT8_MAX)
		return false;
	record->insert_len = (uint8_t)(end - at);
	memcpy(record->insert, new + at, end - at);
	return true;
}

uint32_t record_units(const struct settings_space *old,
		      const struct settings_space *new)
{
	return units_that_differ(old->data, new->data, units_in(new->map_len)) &
	       units_range(0, units_of_old(old->map_len));
}

bool record_make(const struct settings_space *old,
		 const struct settings_space *new, struct record *record,
		 uint8_t *recorded)
{
	struct record made;
	uint32_t crc;
	size_t first;

	*record = (struct record){
		.map_crc = (uint32_t)crc32(0, new->data, (uInt) new->map_len),
		.old_len = (uint16_t)old->map_len,
		.new_len = (uint16_t) new->map_len,
		.units = record_units(old, new),
	};
	if (!describe(old->data, new->data, record))
		return false;
	if (record_find(old, &made))
		record->sequence = (uint16_t)(made.sequence + 1);
	first = record_start(old, units_in(longer(record)));
	if (!take_blocks(&old->place, first, record))
		return false;
	xor_units(new->data, record->units, record->parity);
	made = *record;
	made.units |= VERSION << 24;
	turn(&made);
	record->crc = crc_of(&old->place, made.bytes, made.count);
	crc = htole32(record->crc);
	memcpy(made.bytes + made.count * UNIT_BLOCK - CRC_LEN, &crc, CRC_LEN);
	memcpy(recorded, old->data, old->place.len);
	for (size_t i = 0; i < made.count; i++)
		memcpy(recorded + unit_table[made.unit[i]].offset,
		       made.bytes + i * UNIT_BLOCK, UNIT_BLOCK);
	return true;
}

/* Byte `at` of the new map, made from the old map and the record. */
static uint8_t new_byte(const struct record *record, const uint8_t *space,
			size_t at)
{
	if (at == record->patch_at)
		return record->patch;
	if (at < record->insert_at)
		return space[at];
	if (at < (size_t)record->insert_at + record->insert_len)
		return record->insert[at - record->insert_at];
	if (at + record->old_len < record->new_len)
		return 0;
	return space[at + record->old_len - record->new_len];
}

bool record_replay(const struct record *record, const uint8_t *space,
		   uint8_t *then)
{
	bool upwards = record_is_upwards(record);
	size_t len = record->new_len;

	/* Assume that units before `torn` are new, and those behind it old. */
	for (size_t torn = 0; torn < UNIT_COUNT; torn++) {
		const struct unit *unit = &unit_table[torn];
		size_t at = upwards ? unit->offset + unit->len : 0U;
		size_t end = upwards ? len : unit->offset;
		uint8_t parity[UNIT_BLOCK];

		if (!(record->units >> torn & 1))
			continue;
		memset(then, 0, SETTINGS_SPACE_MAX);
		memcpy(then, space, len);
		for (; at < end; at++)
			then[at] = new_byte(record, space, at);
		memcpy(parity, record->parity, sizeof(parity));
		xor_units(then, record->units & ~(1U << torn), parity);
		memcpy(then + unit->offset, parity, unit->len);
		memset(then + len, 0, SETTINGS_SPACE_MAX - len);
		if ((uint32_t)crc32(0, then, (uInt)len) == record->map_crc)
			return true;
	}
	return false;
}

/* The new content of all units that change, then, in the last block, this. */
struct old_header {	  /* numbers are little-endian */
	uint8_t magic[5]; /* the last one is the version */
	uint8_t first;	  /* unit of the payload */
	uint16_t map_len;
	uint32_t units;
	uint32_t map_crc;
	uint8_t zero[12];
	uint32_t crc; /* chip serial, header up to here, payload */
};
_Static_assert(sizeof(struct old_header) == UNIT_BLOCK, "a header is one unit");

/* Copies units between the space and a payload, and returns their length. */
static size_t copy_units(uint8_t *space, uint32_t units, uint8_t *payload,
			 bool to_space)
{
	size_t done = 0;

	for (size_t i = 0; i < UNIT_COUNT; i++) {
		uint8_t *unit = space + unit_table[i].offset;
		size_t len = units >> i & 1 ? unit_table[i].len : 0;

		memcpy(to_space ? unit : payload + done,
		       to_space ? payload + done : unit, len);
		done += len;
	}
	return done;
}

uint32_t old_record_find(const struct settings_space *space, uint8_t *then)
{
	const struct settings_place *place = &space->place;
	size_t at = units_in(place->len) - 1, map_len, given, len;
	uint8_t payload[SETTINGS_SPACE_MAX] = { 0 };
	struct old_header header;
	uint32_t units;
	uLong crc;

	at -= unit_table[at].len != UNIT_BLOCK;
	memcpy(&header, space->data + unit_table[at].offset, sizeof(header));
	map_len = le16toh(header.map_len);
	units = le32toh(header.units);
	if (memcmp(header.magic, "NKrd\1", sizeof(header.magic)) != 0 ||
	    map_len > unit_table[at].offset || units >> units_in(map_len) != 0)
		return 0;
	memcpy(then, space->data, SETTINGS_SPACE_MAX);
	given = copy_units(then, units_range(header.first, at) & UNIT_BLOCKS,
			   payload, false);
	memset(then + map_len, 0, SETTINGS_SPACE_MAX - map_len);
	len = copy_units(then, units, payload, true);
	crc = crc32(0, place->chip_serial, sizeof(place->chip_serial));
	crc = crc32(crc, (const uint8_t *)&header,
		    offsetof(struct old_header, crc));
	crc = crc32(crc, payload, (uInt)len);
	if (len > given || crc != le32toh(header.crc) ||
	    crc32(0, then, (uInt)map_len) != le32toh(header.map_crc))
		return 0;
	return units;
}
