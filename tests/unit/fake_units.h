/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that has only a settings space. Its power can be cut before, within or
 * after a write.
 */
#pragma once

#include "settings_update.h"

/*
 * What the unit holds whose write was cut: its first 1 to 31 bytes are new (form
 * 0 to 30), or its last 1 to 31 bytes (form 31 to 61), or as the name says.
 */
enum cut_form {
	CUT_FIRST_BYTES = 0,
	CUT_LAST_BYTES = 31,
	CUT_BEFORE = 62,
	CUT_AFTER,
	CUT_ZEROS,
	CUT_ONES,
	CUT_OLD_AND_NEW,
	CUT_OLD_OR_NEW,
	CUT_GARBAGE,
	CUT_OTHER_GARBAGE,
	CUT_FORMS
};

struct fake_units {
	uint8_t data[SETTINGS_SPACE_MAX];
	size_t reads, writes; /* done so far */
	size_t cut_at;	      /* the write with the power cut; SIZE_MAX: none */
	int form;
	bool dead, stuck; /* stuck: writes are acknowledged and lost */
	uint32_t seed;
};

/* The chip to pass to settings_load() and others: it reads and writes `fake`. */
struct atecc *fake_chip(struct fake_units *fake);
/* Power on again. */
void fake_revive(struct fake_units *fake);
void fake_cut(struct fake_units *fake, size_t at, int form);

/* Settings on such a chip. */
struct fake_settings {
	struct fake_units fake;
	struct settings_place place;
	struct settings_space space;
	bool recovered;
};

/* A chip with this map. Journals are in `state_dir`; NULL: there are none. */
void fake_settings_begin(struct fake_settings *settings,
			 const struct bytes *map, const char *state_dir);
/* Power on, and settings_load(). */
int fake_settings_load(struct fake_settings *settings);
/* settings_store(); counts begin at 0. */
int fake_settings_store(struct fake_settings *settings,
			const struct bytes *etf);
/* settings_tidy(); counts begin at 0. */
int fake_settings_tidy(struct fake_settings *settings);
/* What the chip has now, whatever `space` says. */
struct settings_space fake_space(const struct fake_settings *settings);
