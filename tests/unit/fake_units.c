/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_units.h"

#include <errno.h>
#include <string.h>

static struct fake_units *fake_of(struct atecc *chip)
{
	return (struct fake_units *)chip;
}

struct atecc *fake_chip(struct fake_units *fake)
{
	return (struct atecc *)fake;
}

int __wrap_unit_read(struct atecc *chip, const struct unit *unit,
		     uint8_t *data);
int __wrap_unit_read(struct atecc *chip, const struct unit *unit, uint8_t *data)
{
	struct fake_units *fake = fake_of(chip);

	if (fake->dead)
		return -ENODEV;
	fake->reads++;
	memcpy(data, fake->data + unit->offset, unit->len);
	return 0;
}

static uint8_t garbage(struct fake_units *fake)
{
	fake->seed = fake->seed * 1664525 + 1013904223;
	return (uint8_t)(fake->seed >> 24);
}

static uint8_t torn_byte(struct fake_units *fake, uint8_t old, uint8_t new)
{
	switch (fake->form) {
	case CUT_BEFORE:
		return old;
	case CUT_AFTER:
		return new;
	case CUT_ZEROS:
		return 0x00;
	case CUT_ONES:
		return 0xff;
	case CUT_OLD_AND_NEW:
		return old & new;
	case CUT_OLD_OR_NEW:
		return old | new;
	default:
		return garbage(fake);
	}
}

static void tear(struct fake_units *fake, const struct unit *unit,
		 const uint8_t *data)
{
	uint8_t *at = fake->data + unit->offset;
	size_t len = unit->len;

	if (fake->form < CUT_LAST_BYTES) {
		memcpy(at, data, 1 + (size_t)fake->form % (len - 1));
		return;
	}
	if (fake->form < CUT_BEFORE) {
		len = 1 + (size_t)(fake->form - CUT_LAST_BYTES) % (len - 1);
		memcpy(at + unit->len - len, data + unit->len - len, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		at[i] = torn_byte(fake, at[i], data[i]);
}

int __wrap_unit_write(struct atecc *chip, const struct unit *unit,
		      const uint8_t *data);
int __wrap_unit_write(struct atecc *chip, const struct unit *unit,
		      const uint8_t *data)
{
	struct fake_units *fake = fake_of(chip);

	if (fake->dead)
		return -ENODEV;
	if (fake->writes++ == fake->cut_at) {
		fake->dead = true;
		tear(fake, unit, data);
		return -ENODEV;
	}
	if (!fake->stuck)
		memcpy(fake->data + unit->offset, data, unit->len);
	return 0;
}

void fake_revive(struct fake_units *fake)
{
	fake->dead = false;
	fake->reads = fake->writes = 0;
	fake->cut_at = SIZE_MAX;
}

void fake_cut(struct fake_units *fake, size_t at, int form)
{
	fake_revive(fake);
	fake->cut_at = at;
	fake->form = form;
}

void fake_settings_begin(struct fake_settings *settings,
			 const struct bytes *map, const char *state_dir)
{
	*settings = (struct fake_settings){
		.place = { .len = SETTINGS_SPACE_MAX,
			   .chip_serial = { 1, 2, 3 },
			   .state_dir = state_dir },
	};
	memcpy(settings->fake.data, map->data, map->len);
}

int fake_settings_load(struct fake_settings *settings)
{
	fake_revive(&settings->fake);
	settings->space.place = settings->place;
	return settings_load(fake_chip(&settings->fake), &settings->space,
			     &settings->recovered);
}

int fake_settings_store(struct fake_settings *settings, const struct bytes *etf)
{
	settings->fake.reads = settings->fake.writes = 0;
	settings->space.place = settings->place;
	return settings_store(fake_chip(&settings->fake), &settings->space,
			      etf);
}

int fake_settings_tidy(struct fake_settings *settings)
{
	settings->fake.reads = settings->fake.writes = 0;
	return settings_tidy(fake_chip(&settings->fake), &settings->space);
}

struct settings_space fake_space(const struct fake_settings *settings)
{
	struct settings_space space = { .place = settings->place };

	memcpy(space.data, settings->fake.data, sizeof(space.data));
	return space;
}
