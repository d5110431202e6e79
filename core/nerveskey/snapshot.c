/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "certificates.h"
#include "key.h"
#include "keys.h"
#include "look.h"
#include "provision_files.h"
#include "system_clock.h"
#include "text.h"

/* The latch closes without power, so that of a missing chip is unknown. */
static const char *latch_name(const struct nerveskey *key)
{
	if (!has_latch(&key->cache))
		return "none";
	if (!key->present || key->cache.latch == LATCH_UNKNOWN)
		return "unknown";
	return key->cache.latch == LATCH_OPEN ? "open" : "closed";
}

/* Items of the zones. The chip may hold any bytes there. */
static void append_items(const struct nerveskey *key, struct bytes *text)
{
	static const struct {
		const char *name;
		enum nerveskey_item item;
	} lines[] = {
		{ "model", NERVESKEY_CHIP_MODEL },
		{ "revision", NERVESKEY_CHIP_REVISION },
		{ "chip_serial", NERVESKEY_CHIP_SERIAL },
		{ "serial", NERVESKEY_SERIAL },
		{ "board", NERVESKEY_BOARD },
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const struct content *item = key->cache.item[lines[i].item];
		BYTES_LOCAL(value);

		/* Without its newline. */
		if (item && bytes_set(&value, item->bytes.data,
				      item->bytes.len - 1) == 0)
			text_flatten((char *)value.data);
		bytes_printf(text, "%s=%s\n", lines[i].name,
			     bytes_text(&value));
	}
}

static void append_settings(const struct nerveskey *key, struct bytes *text)
{
	const struct cache *cache = &key->cache;

	bytes_printf(text, "settings_bytes=");
	if (cache->etf)
		bytes_printf(text, "%zu", cache->etf->bytes.len);
	else if (cache->settings_error == -EUCLEAN)
		bytes_printf(text, "unreadable");
	bytes_printf(text, "/%d\n",
		     cache->kind == CONFIG_TRUST_AND_GO
			     ? SETTINGS_SPACE_TRUST_AND_GO
			     : SETTINGS_SPACE_MAX);
}

static int status_text(const struct nerveskey *key, struct bytes *text)
{
	const struct cache *cache = &key->cache;

	bytes_printf(text, "state=%s\ntype=%s\n",
		     key_state_name(key->present ? cache->state : KEY_ABSENT),
		     key_type_name(cache->state, cache->kind));
	append_items(key, text);
	bytes_printf(text, "present=%s\nlatch=%s\naux=%s\n",
		     key->present ? "yes" : "no", latch_name(key),
		     cache->item[NERVESKEY_AUX_DEVICE_CERT] ? "yes" : "no");
	slots_text(text, "keys", nerveskey_keys(key));
	certificates_text(key, text);
	append_settings(key, text);
	step_text(key, text);
	return bytes_printf(text, "last_error=%s\n", key->last_error);
}

/* Looking for a missing chip is quick, unless the adapter is slow. */
static uint64_t next_look(const struct nerveskey *key)
{
	if (key->slow)
		return UINT64_MAX;
	return key->trouble && key->present ? key->seen_ms + TROUBLE_MS : 0;
}

/* Convert a time of the bus's clock to CLOCK_MONOTONIC. */
static uint64_t to_ms(const struct nerveskey *key, uint64_t at_us)
{
	return now_ms() - (atecc_now_us(key->chip) - at_us) / 1000;
}

/* Make the texts. One that has not changed keeps its content. */
static int render(struct nerveskey *key)
{
	BYTES_LOCAL(text);
	int err;

	err = status_text(key, &text);
	if (err == 0)
		err = content_update(&key->status, &text);
	for (size_t i = 0; i < 2 && err == 0; i++) {
		err = provision_file_text(key, (enum nerveskey_provision)i,
					  &text);
		if (err == 0)
			err = content_update(&key->shown[i], &text);
	}
	return err;
}

int nerveskey_snapshot(struct nerveskey *key,
		       struct nerveskey_snapshot **snapshot)
{
	struct nerveskey_snapshot *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return -ENOMEM;
	err = render(key);
	if (err < 0) {
		free(made);
		return err;
	}
	atomic_init(&made->references, 1);
	made->chip_number = key->chip_number;
	/* The owner of a TrustFLEX part may write its certificates at any time. */
	made->slots_ms = to_ms(key, key->slots_us);
	made->looked_ms = key->cache.state == KEY_TRUSTFLEX
				  ? made->slots_ms
				  : to_ms(key, key->looked_us);
	made->look_ms = next_look(key);
	made->present = key->present;
	made->looked_at = look_is_complete(key);
	made->counts = key->counts;
	made->counts.present = key->present;
	made->features = cache_features(key);
	made->slots = cache_free_slots(key);
	made->readable = cache_readable_slots(key);
	made->keys = nerveskey_keys(key);
	for (size_t i = 0; i < NERVESKEY_ITEM_COUNT; i++) {
		made->item[i] = content_ref(key->cache.item[i]);
		made->missing[i] = key->cache.missing[i];
	}
	for (size_t i = 0; i < 2; i++)
		made->provision[i] = content_ref(key->shown[i]);
	made->status = content_ref(key->status);
	*snapshot = made;
	return 0;
}

void snapshot_unref(struct nerveskey_snapshot *snapshot)
{
	if (!snapshot || atomic_fetch_sub(&snapshot->references, 1) != 1)
		return;
	for (size_t i = 0; i < NERVESKEY_ITEM_COUNT; i++)
		content_unref(snapshot->item[i]);
	for (size_t i = 0; i < 2; i++)
		content_unref(snapshot->provision[i]);
	content_unref(snapshot->status);
	free(snapshot);
}

/* One sample, or one for each operation, which then has the member. */
static const struct metric {
	const char *name, *type, *help;
	size_t offset; /* of struct nerveskey_counts, or operation_stats */
	enum { PLAIN, BY_OPERATION, SECONDS_BY_OPERATION } kind;
} metrics[] = {
	{ "operations_total", "counter", "Operations with the chip.",
	  offsetof(struct operation_stats, done), BY_OPERATION },
	{ "operation_errors_total", "counter", "Operations that failed.",
	  offsetof(struct operation_stats, failed), BY_OPERATION },
	{ "operation_seconds_total", "counter",
	  "Time from waking the chip to its sleep.",
	  offsetof(struct operation_stats, total_us), SECONDS_BY_OPERATION },
	{ "operation_longest_seconds", "gauge",
	  "The longest operation since the mount.",
	  offsetof(struct operation_stats, longest_us), SECONDS_BY_OPERATION },
	{ "chip_commands_total", "counter", "Commands sent.",
	  offsetof(struct nerveskey_counts, commands), PLAIN },
	{ "eeprom_writes_total", "counter",
	  "Commands that write to the chip's EEPROM.",
	  offsetof(struct nerveskey_counts, eeprom_writes), PLAIN },
	{ "chip_retries_total", "counter", "Commands sent again.",
	  offsetof(struct nerveskey_counts, retries), PLAIN },
	{ "chip_wakes_total", "counter", "Times the chip was woken.",
	  offsetof(struct nerveskey_counts, wakes), PLAIN },
	{ "chip_crc_errors_total", "counter", "Replies with a wrong checksum.",
	  offsetof(struct nerveskey_counts, crc_errors), PLAIN },
	{ "chip_naks_total", "counter", "Transfers that were not acknowledged.",
	  offsetof(struct nerveskey_counts, naks), PLAIN },
	{ "cache_hits_total", "counter", "Reads that needed no chip.",
	  offsetof(struct nerveskey_counts, hits), PLAIN },
	{ "cache_misses_total", "counter", "Reads that needed it.",
	  offsetof(struct nerveskey_counts, misses), PLAIN },
	{ "present", "gauge", "Whether the chip answered last time.",
	  offsetof(struct nerveskey_counts, present), PLAIN },
};

/* The member of a structure of uint64_t. */
static uint64_t member(const void *of, size_t offset)
{
	uint64_t value;

	memcpy(&value, (const char *)of + offset, sizeof(value));
	return value;
}

static void append_metric(const struct nerveskey_counts *counts,
			  const struct metric *metric, struct bytes *text)
{
	if (metric->kind == PLAIN) {
		bytes_printf(text, "nerveskey_%s %" PRIu64 "\n", metric->name,
			     member(counts, metric->offset));
		return;
	}
	for (enum operation op = 0; op < OP_COUNT; op++) {
		uint64_t value =
			member(&counts->operations[op], metric->offset);

		bytes_printf(text, "nerveskey_%s{operation=\"%s\"} ",
			     metric->name, operation_name(op));
		if (metric->kind == SECONDS_BY_OPERATION)
			bytes_printf(text, "%.6f\n", (double)value / 1e6);
		else
			bytes_printf(text, "%" PRIu64 "\n", value);
	}
}

int nerveskey_metrics(const struct nerveskey_counts *counts, struct bytes *text)
{
	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++) {
		const struct metric *metric = &metrics[i];

		bytes_printf(text,
			     "# HELP nerveskey_%s %s\n"
			     "# TYPE nerveskey_%s %s\n",
			     metric->name, metric->help, metric->name,
			     metric->type);
		append_metric(counts, metric, text);
	}
	return text->err;
}
