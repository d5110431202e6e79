/* SPDX-License-Identifier: Apache-2.0 */
#include "stats.h"

#include <errno.h>
#include <stdlib.h>

#include <jansson.h>

#include "text.h"

static json_t *opcode_counts(const struct sim_stats *stats)
{
	json_t *counts = json_object();
	char opcode[3];

	for (unsigned int i = 0; i < 256; i++) {
		uint8_t byte = (uint8_t)i;

		if (stats->by_opcode[i] == 0)
			continue;
		hex_encode(&byte, 1, opcode);
		json_object_set_new(
			counts, opcode,
			json_integer((json_int_t)stats->by_opcode[i]));
	}
	return counts;
}

static json_t *build_stats(const struct sim *sim)
{
	const struct sim_stats *stats = &sim->stats;
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
		{ "transfers", stats->transfers },
		{ "naks", stats->naks },
		{ "bytes_written", stats->written },
		{ "bytes_read", stats->read },
		{ "wakes", stats->wakes },
		{ "commands", stats->commands },
		{ "refused", stats->refused },
		{ "bus_us", stats->bus_us },
		{ "execution_us", stats->execution_us },
		{ "now_us", sim_clock_now(&sim->clock) },
	};
	uint8_t serial[9];
	char hex[19];
	json_t *json;

	eeprom_serial(&sim->chip.eeprom, serial);
	hex_encode(serial, sizeof(serial), hex);
	json = json_pack("{s:s, s:b, s:b, s:b}", "chip_serial", hex, "powered",
			 sim->powered, "present", sim->present, "latch",
			 sim->chip.latch);
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		json_object_set_new(json, counts[i].name,
				    json_integer((json_int_t)counts[i].count));
	json_object_set_new(json, "by_opcode", opcode_counts(stats));
	return json;
}

int stats_json(const struct sim *sim, struct bytes *out)
{
	json_t *json = build_stats(sim);
	char *text = json ? json_dumps(json, JSON_INDENT(1)) : NULL;
	int err = text ? bytes_printf(out, "%s\n", text) : -ENOMEM;

	free(text);
	json_decref(json);
	return err;
}
