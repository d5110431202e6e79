/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that does anything to a simulated chip. The first byte chooses a
 * golden image, then comes what is done: packets with a good checksum, raw
 * transfers, pauses, faults, power cuts. No reply has a private key in it, and
 * what is locked stays locked.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crc.h"
#include "fuzz.h"
#include "sim.h"
#include "store_format.h"

enum { IMAGES = 8, ACTIONS_MAX = 64 };

static const char *const image_names[IMAGES] = {
	"608b-settings-aux",
	"508a-provisioned",
	"608b-volatile",
	"tng",
	"608b-factory",
	"508a-interrupted",
	"../family/trustflex-tls",
	"../family/arduino-508a",
};

struct host {
	struct input input;
	struct sim *sim;
	uint8_t address;
	char dir[64], file[96];
	/* Scalars that nobody must see. */
	const struct eeprom *before;
};

static struct bytes images[IMAGES];
static struct eeprom contents[IMAGES];

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	char path[512];
	json_t *json;

	(void)argc;
	(void)argv;
	for (size_t i = 0; i < IMAGES; i++) {
		snprintf(path, sizeof(path), "chip-images/%s.json",
			 image_names[i]);
		images[i] = fuzz_golden(path);
		snprintf(path, sizeof(path), "%s/chip-images/%s.json",
			 GOLDEN_DIR, image_names[i]);
		REQUIRE(store_read(path, &json) == 0);
		REQUIRE(store_format_decode(path, json, &contents[i]) == 0);
		json_decref(json);
	}
	return 0;
}

static void power_on(struct host *host)
{
	char spec[160];

	snprintf(spec, sizeof(spec), "%s,clock=virtual,seed=1", host->file);
	REQUIRE(sim_open(spec, &host->sim) == 0);
}

static void wake(struct host *host)
{
	sim_write(host->sim, 0, NULL, 0);
	sim_wait_us(host->sim, 1500);
}

static void require_secret(const struct host *host, const uint8_t *data,
			   size_t len)
{
	for (size_t i = 0; i < EEPROM_SLOTS; i++)
		REQUIRE(!host->before->has_key[i] ||
			!memmem(data, len, host->before->key[i], 32));
}

static void read_reply(struct host *host)
{
	uint8_t reply[110];
	int err;

	for (unsigned int us = 0; us < 2000000; us += 10000) {
		err = sim_read(host->sim, host->address, reply, sizeof(reply));
		if (err != -ENXIO)
			break;
		sim_wait_us(host->sim, 10000);
	}
	REQUIRE(err == 0 || err == -ENXIO || err == -ETIMEDOUT);
	if (err == 0)
		require_secret(host, reply, sizeof(reply));
}

/* Opcode, parameters, data; count and checksum are right. */
static void command(struct host *host)
{
	uint8_t packet[256] = { 0x03 }, size = take_byte(&host->input) % 160;
	uint16_t crc;
	int err;

	packet[1] = (uint8_t)(size + 7);
	take(&host->input, packet + 2, 4u + size);
	crc = crc16(packet + 1, size + 5u);
	packet[size + 6] = (uint8_t)crc;
	packet[size + 7] = (uint8_t)(crc >> 8);
	err = sim_write(host->sim, host->address, packet, size + 8u);
	REQUIRE(err == 0 || err == -ENXIO || err == -EREMOTEIO ||
		err == -ETIMEDOUT);
	read_reply(host);
}

static void raw_write(struct host *host)
{
	uint8_t data[256], size = take_byte(&host->input);
	uint8_t address = take_byte(&host->input);

	take(&host->input, data, size);
	sim_write(host->sim, address, data, size);
}

static void raw_read(struct host *host)
{
	uint8_t data[256], size = take_byte(&host->input);

	if (sim_read(host->sim, host->address, data, size) == 0)
		require_secret(host, data, size);
}

static void word(struct host *host)
{
	uint8_t byte = take_byte(&host->input) % 3;

	sim_write(host->sim, host->address, &byte, 1);
	if (byte > 0)
		wake(host);
}

static void pause_host(struct host *host)
{
	sim_wait_us(host->sim, take_byte(&host->input) * 20000ull);
}

/* Files are left out: a name could be anybody's. */
static void control(struct host *host)
{
	static const char *const commands[] = {
		"no-faults", "power off", "power on", "power cycle", "remove",
		"insert",    "swap",	  "stats",    "reset",	     "dance",
	};
	struct bytes answer = BYTES_INIT;
	size_t which = take_byte(&host->input);

	which %= sizeof(commands) / sizeof(*commands);
	sim_control(host->sim, commands[which], &answer);
	bytes_free(&answer);
	wake(host);
}

static void fault(struct host *host)
{
	static const char *const kinds[] = {
		"nak",	      "crc",	   "short",   "busy", "hang",
		"stuck",      "gone",	   "latch08", "swap", "cut",
		"cut-before", "cut-after", "latch07",
	};
	struct bytes answer = BYTES_INIT;
	size_t which = take_byte(&host->input);
	char text[64];

	which %= sizeof(kinds) / sizeof(*kinds);
	snprintf(text, sizeof(text), "faults %s@%u", kinds[which],
		 take_byte(&host->input) % 8 + 1u);
	REQUIRE(sim_control(host->sim, text, &answer) == 0);
	bytes_free(&answer);
}

static void reopen(struct host *host)
{
	sim_close(host->sim);
	power_on(host);
	wake(host);
}

static void (*const actions[])(struct host *host) = {
	command,   command, command, command, command,	  command, raw_read,
	raw_write, word,    fault,   control, pause_host, reopen,
};

/* A 508A whose OTP zone can be written, bit by bit, after the data lock. */
static bool is_consumed(const struct eeprom *eeprom)
{
	return eeprom->config[CONFIG_REVISION + 2] == 0x50 &&
	       eeprom->config[CONFIG_OTP_MODE] == 0x55;
}

/* What cannot change has not, and no lock was opened. */
static void require_order(const struct host *host)
{
	const struct eeprom *before = host->before;
	struct eeprom after;
	json_t *json;

	REQUIRE(store_read(host->file, &json) == 0);
	REQUIRE(store_format_decode(host->file, json, &after) == 0);
	json_decref(json);
	REQUIRE(memcmp(before->config, after.config, 13) == 0);
	REQUIRE(!eeprom_config_locked(before) || eeprom_config_locked(&after));
	REQUIRE(!eeprom_data_locked(before) || eeprom_data_locked(&after));
	for (unsigned int i = 0; i < EEPROM_SLOTS; i++) {
		REQUIRE(!eeprom_slot_locked(before, i) ||
			eeprom_slot_locked(&after, i));
		REQUIRE(!eeprom_data_locked(before) ||
			!eeprom_slot_locked(before, i) ||
			memcmp(before->key[i], after.key[i], 32) == 0);
	}
	REQUIRE(!eeprom_data_locked(before) || is_consumed(before) ||
		memcmp(before->otp, after.otp, sizeof(after.otp)) == 0);
}

static void make_file(struct host *host, const struct bytes *content)
{
	FILE *file;

	snprintf(host->dir, sizeof(host->dir), "/dev/shm/nk-fuzz-XXXXXX");
	REQUIRE(mkdtemp(host->dir));
	snprintf(host->file, sizeof(host->file), "%s/chip", host->dir);
	file = fopen(host->file, "wbe");
	REQUIRE(file &&
		fwrite(content->data, 1, content->len, file) == content->len);
	fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct host host = { .input = { data, size } };
	size_t image = take_byte(&host.input) % IMAGES;

	host.before = &contents[image];
	host.address = contents[image].config[CONFIG_I2C_ADDRESS] >> 1;
	make_file(&host, &images[image]);
	power_on(&host);
	wake(&host);
	for (int i = 0; i < ACTIONS_MAX && host.input.len > 0; i++) {
		size_t which = take_byte(&host.input);

		actions[which % (sizeof(actions) / sizeof(*actions))](&host);
	}
	sim_close(host.sim);
	require_order(&host);
	unlink(host.file);
	rmdir(host.dir);
	return 0;
}
