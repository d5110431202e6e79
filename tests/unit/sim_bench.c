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

void bench_image(struct bench *bench, const char *image)
{
	char path[128];
	json_t *json;

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	json = golden_json(path);
	assert_int_equal(json_dump_file(json, bench->file, 0), 0);
	json_decref(json);
}

void bench_open(struct bench *bench, const char *options)
{
	char spec[256];
	int err;

	snprintf(spec, sizeof(spec), "%s%s", bench->file, options);
	err = sim_open(spec, &bench->sim);
	if (err < 0)
		fail_msg("%s: %s", spec, fail_reason());
	bench_wake(bench);
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
	uint8_t packet[80];
	uint16_t crc;

	while (sim_read(bench->sim, bench->address, packet, 1) == -ENXIO)
		sim_wait_us(bench->sim, 1000);
	assert_in_range(packet[0], 4, 67);
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
