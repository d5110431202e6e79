/* SPDX-License-Identifier: Apache-2.0 */
/* `status` and `metrics`. */
#include "status.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "cache.h"
#include "certificate_notes.h"
#include "chip_settings_load.h"
#include "error.h"
#include "items.h"
#include "key.h"
#include "keys.h"
#include "load_zones.h"
#include "reread.h"
#include "rewritten.h"
#include "text.h"

/* The latch closes without power, so that of a missing chip is unknown. */
static const char *latch_name(const struct nerveskey *key)
{
	const struct cache *cache = &key->cache;

	if (cache->kind != CONFIG_VOLATILE || cache->state < KEY_CONFIGURED)
		return "none";
	if (!key->present || cache->latch == LATCH_UNKNOWN)
		return "unknown";
	return cache->latch == LATCH_OPEN ? "open" : "closed";
}

/* Append an item of the zones, if any. The chip may hold any bytes there. */
static void append_item(struct nerveskey *key, struct bytes *text,
			const char *name,
			int (*load)(struct nerveskey *, struct bytes *))
{
	struct bytes value = BYTES_INIT;

	if (load && load(key, &value) < 0)
		bytes_free(&value);
	if (value.len) {
		value.data[value.len - 1] = '\0'; /* its newline */
		text_flatten((char *)value.data);
	}
	bytes_printf(text, "%s=%s\n", name, bytes_text(&value));
	bytes_free(&value);
}

int step_text(const struct nerveskey *key, struct bytes *text)
{
	if (key->steps > 0)
		bytes_printf(text, "step=%u/%u\n", key->step, key->steps);
	return text->err;
}

static void append_settings(struct nerveskey *key, struct bytes *text)
{
	const struct cache *cache = &key->cache;
	struct bytes etf = BYTES_INIT;
	size_t space = cache->kind == CONFIG_TRUST_AND_GO
			       ? SETTINGS_SPACE_TRUST_AND_GO
			       : SETTINGS_SPACE_MAX;

	if (cache->settings && settings_encode(cache->settings, &etf) == 0)
		bytes_printf(text, "settings_bytes=%zu/%zu\n", etf.len, space);
	else
		bytes_printf(text, "settings_bytes=%s/%zu\n",
			     cache->settings_error == -EUCLEAN ? "unreadable"
							       : "",
			     space);
	bytes_free(&etf);
}

static void append_keys(const struct nerveskey *key, struct bytes *text)
{
	uint16_t keys = nerveskey_keys(key);
	const char *between = "";

	bytes_append(text, "keys=", strlen("keys="));
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		if (!(keys >> slot & 1))
			continue;
		bytes_printf(text, "%s%u", between, slot);
		between = ",";
	}
	bytes_append(text, "\n", 1);
}

int status_text(struct nerveskey *key, struct bytes *text)
{
	const struct cache *cache = &key->cache;
	bool known = cache->state != KEY_ABSENT;
	bool data =
		cache->state >= KEY_DATA_LOCKED && cache->state != KEY_FOREIGN;

	bytes_printf(text, "state=%s\ntype=%s\n",
		     key_state_name(key->present ? cache->state : KEY_ABSENT),
		     key_type_name(cache->state, cache->kind));
	append_item(key, text, "model", known ? load_chip_model : NULL);
	append_item(key, text, "revision", known ? load_chip_revision : NULL);
	append_item(key, text, "chip_serial", known ? load_chip_serial : NULL);
	append_item(key, text, "serial", data ? load_serial : NULL);
	append_item(key, text, "board", data ? load_board : NULL);
	bytes_printf(text, "present=%s\nlatch=%s\naux=%s\n",
		     key->present ? "yes" : "no", latch_name(key),
		     cache->item[NERVESKEY_AUX_DEVICE_CERT] ? "yes" : "no");
	append_keys(key, text);
	certificates_text(key, text);
	append_settings(key, text);
	step_text(key, text);
	bytes_printf(text, "last_error=%s\n", key->last_error);
	return text->err;
}

static int note_latch(struct nerveskey *key)
{
	bool open;
	int err;

	if (key->cache.kind != CONFIG_VOLATILE ||
	    key->cache.state < KEY_CONFIGURED)
		return 0;
	err = atecc_latch(key->chip, &open);
	if (err < 0)
		return err;
	key->cache.latch = open ? LATCH_OPEN : LATCH_CLOSED;
	return 0;
}

/* Look for an auxiliary pair. The cache keeps it once it is loaded. */
static int note_aux(struct nerveskey *key)
{
	struct bytes pem = BYTES_INIT;
	int err;

	if (!nerveskey_has(key, NERVESKEY_HAS_AUX) ||
	    key->cache.aux_looked_for || key->cache.state < KEY_DATA_LOCKED)
		return 0;
	err = item_load(key, NERVESKEY_AUX_DEVICE_CERT, &pem);
	bytes_free(&pem);
	if (err == -ENODATA)
		err = 0;
	key->cache.aux_looked_for = err == 0;
	return err;
}

int status_note(struct nerveskey *key)
{
	int err = note_latch(key);

	if (err == 0)
		err = rewritten_forget(key);
	if (err == 0)
		err = certificates_note(key);
	if (err == 0)
		err = chip_settings_make_known(key);
	if (err == 0)
		err = note_aux(key);
	return err < 0 ? err : keys_find_more(key);
}

bool status_is_known(struct nerveskey *key)
{
	const struct cache *cache = &key->cache;

	if (cache->kind == CONFIG_VOLATILE && cache->state >= KEY_CONFIGURED &&
	    cache->latch == LATCH_UNKNOWN)
		return false;
	if (!certificates_are_expected(key))
		return true;
	return !chip_settings_are_lacking(key) &&
	       key->note[CERTIFICATE_SIGNER].known &&
	       key->note[CERTIFICATE_DEVICE].known &&
	       (cache->aux_looked_for ||
		!nerveskey_has(key, NERVESKEY_HAS_AUX));
}

void nerveskey_look(struct nerveskey *key)
{
	int err;

	do {
		err = enter(key, OP_STATUS);
		if (err == 0)
			err = leave(key, OP_STATUS, status_note(key));
	} while (nerveskey_catch_up(key, &err));
}

int status_now(struct nerveskey *key, struct bytes *text)
{
	nerveskey_look(key);
	return status_text(key, text);
}

static void metric_head(struct bytes *text, const char *name, const char *type,
			const char *help)
{
	bytes_printf(text,
		     "# HELP nerveskey_%s %s\n"
		     "# TYPE nerveskey_%s %s\n",
		     name, help, name, type);
}

static uint64_t stat_done(const struct operation_stats *stats)
{
	return stats->done;
}

static uint64_t stat_failed(const struct operation_stats *stats)
{
	return stats->failed;
}

static uint64_t stat_total_us(const struct operation_stats *stats)
{
	return stats->total_us;
}

static uint64_t stat_longest_us(const struct operation_stats *stats)
{
	return stats->longest_us;
}

/* Metrics with one sample for each operation. */
static const struct {
	const char *name, *type, *help;
	uint64_t (*value)(const struct operation_stats *stats);
	bool is_time;
} families[] = {
	{ "operations_total", "counter", "Operations with the chip.", stat_done,
	  false },
	{ "operation_errors_total", "counter", "Operations that failed.",
	  stat_failed, false },
	{ "operation_seconds_total", "counter",
	  "Time from waking the chip to its sleep.", stat_total_us, true },
	{ "operation_longest_seconds", "gauge",
	  "The longest operation since the mount.", stat_longest_us, true },
};

static void append_families(const struct nerveskey_counts *counts,
			    struct bytes *text)
{
	for (size_t f = 0; f < sizeof(families) / sizeof(*families); f++) {
		metric_head(text, families[f].name, families[f].type,
			    families[f].help);
		for (enum operation op = 0; op < OP_COUNT; op++) {
			uint64_t value =
				families[f].value(&counts->operations[op]);

			bytes_printf(text, "nerveskey_%s{operation=\"%s\"} ",
				     families[f].name, operation_name(op));
			if (families[f].is_time)
				bytes_printf(text, "%.6f\n",
					     (double)value / 1e6);
			else
				bytes_printf(text, "%" PRIu64 "\n", value);
		}
	}
}

static void append_counters(const struct nerveskey_counts *counts,
			    struct bytes *text)
{
	const struct {
		const char *name, *type, *help;
		uint64_t value;
	} counters[] = {
		{ "chip_commands_total", "counter", "Commands sent.",
		  counts->commands },
		{ "eeprom_writes_total", "counter",
		  "Commands that write to the chip's EEPROM.",
		  counts->eeprom_writes },
		{ "chip_retries_total", "counter", "Commands sent again.",
		  counts->retries },
		{ "chip_wakes_total", "counter", "Times the chip was woken.",
		  counts->wakes },
		{ "chip_crc_errors_total", "counter",
		  "Replies with a wrong checksum.", counts->crc_errors },
		{ "chip_naks_total", "counter",
		  "Transfers that were not acknowledged.", counts->naks },
		{ "cache_hits_total", "counter", "Reads that needed no chip.",
		  counts->hits },
		{ "cache_misses_total", "counter", "Reads that needed it.",
		  counts->misses },
		{ "present", "gauge", "Whether the chip answered last time.",
		  counts->present },
	};

	for (size_t i = 0; i < sizeof(counters) / sizeof(*counters); i++) {
		metric_head(text, counters[i].name, counters[i].type,
			    counters[i].help);
		bytes_printf(text, "nerveskey_%s %" PRIu64 "\n",
			     counters[i].name, counters[i].value);
	}
}

int nerveskey_metrics(const struct nerveskey_counts *counts, struct bytes *text)
{
	append_families(counts, text);
	append_counters(counts, text);
	return text->err;
}

int metrics_now(struct nerveskey *key, struct bytes *text)
{
	return nerveskey_metrics(&key->counts, text);
}
