/* SPDX-License-Identifier: Apache-2.0 */
/* Get what a request lacked, and let it run once more. */
#include "reread.h"

#include <errno.h>
#include <string.h>

#include "cache.h"
#include "chip_settings.h"
#include "error.h"
#include "find.h"
#include "items.h"
#include "key.h"
#include "keys.h"
#include "log.h"
#include "sign.h"
#include "templates.h"

/* A missing chip is noticed in 1.7 s the first time, then in 0.1 s. */
#define SLOW_US	      3000000
#define SLOW_AGAIN_US 500000
/* The chip, its zones, its key, and the last two once more. */
#define CATCH_UPS 5

/* Sets only those fields of `zones` that the two zones determine. */
static int read_zones(struct nerveskey *key, struct cache *zones)
{
	int err;

	err = atecc_read_config(key->chip, zones->config);
	if (err < 0)
		return err;
	config_serial(zones->config, zones->chip_serial);
	zones->address = atecc_address(key->chip);
	zones->kind = config_kind(zones->config);
	zones->has_otp = config_data_is_locked(zones->config);
	if (zones->has_otp) {
		err = atecc_read_otp(key->chip, zones->otp_raw);
		/* A foreign configuration may forbid it. */
		if (err == -EPERM)
			zones->has_otp = false;
		else if (err < 0)
			return err;
	}
	if (zones->has_otp)
		otp_decode(zones->otp_raw, &zones->otp);
	zones->state = key_state_of(zones->config);
	template_judge(zones);
	return keys_find(key, zones);
}

/* Drop the cache, and begin a new one with `zones`. */
static void start_over(struct nerveskey *key, const struct cache *zones)
{
	bool other = memcmp(key->cache.chip_serial, zones->chip_serial,
			    CHIP_SERIAL_SIZE) != 0;

	cache_forget_items(key);
	key->chip_number += other && key->cache.state != KEY_ABSENT;
	content_unref(key->cache.etf);
	key->cache = *zones;
	keys_choose(key);
	key->slots_us = key->looked_us;
	if (other) {
		key->doubts = 0;
		memset(key->note, 0, sizeof(key->note));
	}
	items_load_zones(key);
}

int reread_zones(struct nerveskey *key)
{
	struct cache zones = { .settings_error = -ENODATA };
	char part[PART_NAME_SIZE];
	int err;

	key->stale = true;
	err = read_zones(key, &zones);
	if (err < 0)
		return err;
	key->stale = false;
	key->recheck = false;
	key->looked_us = atecc_now_us(key->chip);
	start_over(key, &zones);
	config_part_name(zones.config, part);
	log_write(LOG_LEVEL_INFO, "%s: %s, %s", atecc_bus_name(key->chip), part,
		  key_state_name(zones.state));
	return 0;
}

/* Read which chip answers, perhaps after a power cut. */
static int meet_chip(struct nerveskey *key)
{
	int err = reread_zones(key);

	if (err < 0)
		return err;
	/* Finishes an interrupted update. Other errors go to the next reader. */
	err = chip_settings_make_known(key);
	return err == -ENODEV || err == -ETIMEDOUT ? err : 0;
}

/* The chip may have another address now. */
static void note_address(struct nerveskey *key)
{
	uint8_t address = atecc_address(key->chip);

	if (key->cache.address == address)
		return;
	key->cache.address = address;
	content_replace(&key->cache.item[NERVESKEY_CHIP_ADDRESS], NULL);
	items_load_zones(key);
}

static int find_chip(struct nerveskey *key)
{
	int err = atecc_find(key->chip);
	uint64_t took_us = atecc_now_us(key->chip) - key->entered_us;

	/* A search that took longer than any chip needs: the adapter is slow. */
	key->slow = err == -ENODEV &&
		    took_us > (key->present ? SLOW_US : SLOW_AGAIN_US);
	if (err == 0)
		note_address(key);
	return err;
}

static int make_good(struct nerveskey *key)
{
	uint8_t public_key[64];

	if (++key->run.times > CATCH_UPS)
		return fail_because(
			EIO,
			"the chip on %s seems to be another one at each "
			"look: check the wiring, and what else is on the bus",
			atecc_bus_name(key->chip));
	switch (key->run.lack) {
	case LACKS_CHIP:
		return find_chip(key);
	case LACKS_ZONES:
		return meet_chip(key);
	case LACKS_SETTINGS:
	case LACKS_LOOK:
		return chip_settings_make_known(key);
	default: /* LACKS_PUBLIC_KEY */
		return explain_latch(
			key, key_public(key, key->run.slot, public_key));
	}
}

/* End the request with `err`: it is not run once more. */
static int give_up(struct nerveskey *key, int err)
{
	const struct run *run = &key->run;

	if (err == 0)
		return refuse_another(key, run->operation);
	key->recheck = true;
	key->looked_us = atecc_now_us(key->chip);
	return leave(key, run->operation, err);
}

bool nerveskey_catch_up(struct nerveskey *key, int *err)
{
	struct run *run = &key->run;

	if (*err == -EREMCHG && run->lack == LACKS_LOOK) {
		*err = enter(key, run->operation);
		/* Else it may lack something else. */
		if (*err == 0)
			*err = -EREMCHG;
	}
	if (*err == -EREMCHG) {
		*err = make_good(key);
		run->goes_on = *err == 0 &&
			       !(run->changes && nerveskey_is_another(key));
		if (run->goes_on)
			return true;
		*err = give_up(key, *err);
	}
	/* The second run did not need the session that was left open. */
	if (run->goes_on)
		leave(key, run->operation, 0);
	key->run = (struct run){ .chip_number = key->chip_number };
	return false;
}

bool nerveskey_is_another(const struct nerveskey *key)
{
	return key->chip_number != key->run.chip_number;
}
