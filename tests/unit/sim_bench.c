/* SPDX-License-Identifier: Apache-2.0 */
#include "sim_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crc.h"
#include "error.h"
#include "text.h"

void bench_begin(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	snprintf(bench->dir, sizeof(bench->dir), "/tmp/nk-sim-XXXXXX");
	assert_non_null(mkdtemp(bench->dir));
	snprintf(bench->file, sizeof(bench->file), "%s/chip.json", bench->dir);
}

/* Replace hex digits of `json` (a string), from digit `at` on, by `hex`. */
static void patch_hex(json_t *json, size_t at, const char *hex, size_t len)
{
	char *text = strdup(json_string_value(json));

	assert_true(at + len <= strlen(text));
	memcpy(text + at, hex, len);
	json_string_set(json, text);
	free(text);
}

static void change(json_t *image, const char *text, size_t len)
{
	char *end;
	unsigned long where =
		strtoul(text + (*text == 's' || *text == 'k'), &end, 10);
	const char *hex = end + 1;
	size_t digits = len - (size_t)(hex - text);
	json_t *slot = json_array_get(json_object_get(image, "data"), where);
	char key[24], scalar[65] = { 0 };

	if (*text == 'k') {
		snprintf(key, sizeof(key), "%lu", where);
		memcpy(scalar, hex, 64);
		json_object_set_new(json_object_get(image, "keys"), key,
				    json_string(scalar));
	} else if (*text == 's' && *end == '=') {
		patch_hex(slot, 0, hex, digits);
	} else if (*text == 's') {
		for (size_t i = 0; i < json_string_length(slot); i += 2)
			patch_hex(slot, i, hex, 2);
	} else {
		patch_hex(json_object_get(image, "config"), 2 * where, hex,
			  digits);
	}
}

void bench_image(struct bench *bench, const char *image, const char *changes)
{
	char path[128];
	json_t *json;

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	json = golden_json(path);
	while (changes && *changes) {
		size_t len = strcspn(changes, " ");

		change(json, changes, len);
		changes += len + strspn(changes + len, " ");
	}
	assert_int_equal(json_dump_file(json, bench->file, 0), 0);
	json_decref(json);
}

void bench_put(const struct bench *bench, const char *text)
{
	FILE *file = fopen(bench->file, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

int bench_try_open(struct bench *bench, const char *options)
{
	char spec[256];

	fail_clear();
	snprintf(spec, sizeof(spec), "%s%s", bench->file, options);
	return sim_open(spec, &bench->sim);
}

void bench_open(struct bench *bench, const char *options)
{
	if (bench_try_open(bench, options) < 0)
		fail_msg("%s: %s", options, fail_reason());
	bench_wake(bench);
}

void bench_start(struct bench *bench, const char *image, const char *changes,
		 const char *options)
{
	bench_begin(bench);
	bench_image(bench, image, changes);
	bench_open(bench, options);
}

void bench_close(struct bench *bench)
{
	sim_close(bench->sim);
	bench->sim = NULL;
}

void bench_end(struct bench *bench)
{
	bench_close(bench);
	unlink(bench->file);
	rmdir(bench->dir);
}

void bench_wake(struct bench *bench)
{
	static const uint8_t addresses[] = { 0x60, 0x35 };
	uint8_t answer[4];

	assert_int_equal(sim_write(bench->sim, 0, NULL, 0), -ENXIO);
	sim_wait_us(bench->sim, 1500);
	for (size_t i = 0; i < sizeof(addresses); i++) {
		bench->address = addresses[i];
		if (sim_read(bench->sim, addresses[i], answer, 4) == 0) {
			assert_memory_equal(answer, "\x04\x11\x33\x43", 4);
			return;
		}
	}
	fail_msg("no chip has woken up");
}

int bench_write(struct bench *bench, const char *hex)
{
	uint8_t data[200];
	size_t len = strlen(hex) / 2;

	assert_int_equal(hex_decode(hex, data, len), 0);
	return sim_write(bench->sim, bench->address, data, len);
}

int bench_read(struct bench *bench, uint8_t *data, size_t len)
{
	return sim_read(bench->sim, bench->address, data, len);
}

int bench_send(struct bench *bench, const char *payload)
{
	size_t len = strlen(payload) / 2;
	uint8_t packet[160];
	uint16_t crc;

	assert_true(len + 4 <= sizeof(packet));
	packet[0] = 0x03;
	packet[1] = (uint8_t)(len + 3);
	assert_int_equal(hex_decode(payload, packet + 2, len), 0);
	crc = crc16(packet + 1, len + 1);
	packet[len + 2] = (uint8_t)crc;
	packet[len + 3] = (uint8_t)(crc >> 8);
	return sim_write(bench->sim, bench->address, packet, len + 4);
}

void bench_receive(struct bench *bench)
{
	uint8_t packet[102];
	uint16_t crc;

	while (sim_read(bench->sim, bench->address, packet, 1) == -ENXIO)
		sim_wait_us(bench->sim, 1000);
	assert_in_range(packet[0], 4, 102);
	assert_int_equal(sim_read(bench->sim, bench->address, packet + 1,
				  packet[0] - 1u),
			 0);
	bench->len = packet[0] - 3u;
	memcpy(bench->reply, packet + 1, bench->len);
	crc = crc16(packet, bench->len + 1);
	assert_int_equal(packet[bench->len + 1], crc & 0xff);
	assert_int_equal(packet[bench->len + 2], crc >> 8);
}

void bench_command(struct bench *bench, const char *payload)
{
	assert_int_equal(bench_send(bench, payload), 0);
	bench_receive(bench);
}

void bench_control(struct bench *bench, const char *command)
{
	struct bytes answer = BYTES_INIT;

	if (sim_control(bench->sim, command, &answer) < 0)
		fail_msg("%s: %s", command, fail_reason());
	bytes_free(&answer);
}

static void play_word(struct bench *bench, uint8_t word)
{
	assert_int_equal(sim_write(bench->sim, bench->address, &word, 1), 0);
}

static bool is_answer(const struct bench *bench, char kind, const char *want)
{
	char got[2 * sizeof(bench->reply) + 1];

	if (kind == '#')
		return bench->len == strtoul(want, NULL, 10);
	if (kind == '=' && bench->len != 1)
		return false;
	hex_encode(bench->reply, bench->len, got);
	return strcmp(got, want) == 0;
}

static void play_step(struct bench *bench, const char *what, const char *step)
{
	char payload[512];
	size_t len = strcspn(step, "=#:");

	if (strcmp(step, "wake") == 0) {
		bench_wake(bench);
		return;
	}
	if (strcmp(step, "sleep") == 0 || strcmp(step, "idle") == 0) {
		play_word(bench, *step == 's' ? 0x01 : 0x02);
		return;
	}
	assert_true(len < sizeof(payload) && step[len]);
	memcpy(payload, step, len);
	payload[len] = '\0';
	bench_command(bench, payload);
	if (!is_answer(bench, step[len], step + len + 1))
		fail_msg("%s: %s: %zu bytes, first %02x", what, step,
			 bench->len, bench->reply[0]);
}

void bench_play(struct bench *bench, const char *what, const char *steps)
{
	char *copy = strdup(steps), *rest = copy, *step;

	assert_non_null(copy);
	while ((step = strsep(&rest, " ")))
		if (*step)
			play_step(bench, what, step);
	free(copy);
}

static void play_rule(const struct rule *rule, const char *image)
{
	struct bench bench;

	bench_start(&bench, image, rule->changes, ",clock=virtual");
	bench_play(&bench, rule->name, rule->steps);
	bench_end(&bench);
}

void bench_rules(const struct rule *rules, size_t count)
{
	static const char *const twins[][2] = {
		{ "608b-factory", "608a-factory" },
		{ "608b-provisioned", "608a-provisioned" },
	};
	size_t played = count;

	for (size_t i = 0; i < count; i++) {
		play_rule(&rules[i], rules[i].image);
		for (size_t k = 0; k < COUNT(twins); k++) {
			if (strcmp(rules[i].image, twins[k][0]) != 0)
				continue;
			play_rule(&rules[i], twins[k][1]);
			played++;
		}
	}
	golden_count("rules", played);
}
