/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile_chip.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chip.h"
#include "crc.h"
#include "p256.h"
#include "store_format.h"
#include "transport.h"

enum { PACKET_MAX = 255, REPLY_MAX = 67, TRANSFER_US = 200 };

/* What the input makes of a transfer. Most of it is the truth. */
enum lie {
	LIE_SILENT = 8,
	LIE_ADAPTER,  /* the adapter's error */
	LIE_SLOW,     /* the truth, late */
	LIE_BYTES,    /* raw bytes */
	LIE_PAYLOAD,  /* of the right length and with a good checksum */
	LIE_STATUS,   /* the same, one byte */
	LIE_ONE_BYTE, /* one byte of the truth is another */
	LIE_SHORT,    /* fewer bytes than were asked for */
	LIES
};

static const char *const image_names[HOSTILE_IMAGES] = {
	"608b-settings-aux",  "508a-provisioned",
	"608b-volatile",      "tng",
	"608b-factory",	      "508a-interrupted",
	"608a-settings-full", "508a-config-locked",
};

static struct image {
	struct eeprom eeprom;
	uint8_t public_key[64];
} images[HOSTILE_IMAGES], now;

static struct input *input;
static struct transport the_bus;
static struct sim_random entropy;
static uint64_t now_us;
static uint8_t output[256], tempkey[32];
static size_t output_len;
static bool latch;

void hostile_load(void)
{
	char path[512];
	json_t *json;

	for (size_t i = 0; i < HOSTILE_IMAGES; i++) {
		struct eeprom *eeprom = &images[i].eeprom;

		snprintf(path, sizeof(path), "%s/chip-images/%s.json",
			 GOLDEN_DIR, image_names[i]);
		REQUIRE(store_read(path, &json) == 0);
		REQUIRE(store_format_decode(path, json, eeprom) == 0);
		json_decref(json);
		if (eeprom->has_other_public[0])
			memcpy(images[i].public_key, eeprom->other_public[0],
			       sizeof(images[i].public_key));
		else if (eeprom->has_key[0])
			REQUIRE(sim_p256_public(eeprom->key[0],
						images[i].public_key));
	}
}

void hostile_begin(unsigned int image, struct input *from)
{
	now = images[image % HOSTILE_IMAGES];
	input = from;
	sim_random_seed(&entropy, 1, image);
	now_us = 1000000;
	output_len = 0;
	latch = false;
}

uint64_t hostile_now_us(void)
{
	return now_us;
}

static enum lie next_lie(void)
{
	enum lie lie = take_byte(input) % LIES;

	now_us += lie == LIE_SLOW ? HOSTILE_SLOWEST_US : TRANSFER_US;
	return lie;
}

static int adapter_error(void)
{
	static const int errors[] = { -EIO,   -ETIMEDOUT, -EREMOTEIO, -ENODEV,
				      -ENXIO, -EAGAIN,	  -EOPNOTSUPP };

	return errors[take_byte(input) % (sizeof(errors) / sizeof(*errors))];
}

static void frame(const uint8_t *payload, size_t len)
{
	uint16_t crc;

	output[0] = (uint8_t)(len + 3);
	if (payload != output + 1)
		memmove(output + 1, payload, len);
	crc = crc16(output, len + 1);
	output[len + 1] = (uint8_t)crc;
	output[len + 2] = (uint8_t)(crc >> 8);
	output_len = len + 3;
}

static void answer_status(uint8_t status)
{
	frame(&status, 1);
}

/* Where a Read or Write goes; NULL: nowhere. */
static uint8_t *locate(uint8_t mode, unsigned int address, size_t *len)
{
	unsigned int at = (address >> 3 & 0x1f) * 32 + (address & 7) * 4;
	uint8_t *zone = (mode & 3) == 0 ? now.eeprom.config : now.eeprom.otp;
	size_t size = (mode & 3) == 0 ? EEPROM_CONFIG_SIZE : EEPROM_OTP_SIZE;

	*len = mode & 0x80 ? 32 : 4;
	if ((mode & 3) == 2) {
		unsigned int slot = address >> 3 & 0xf;

		zone = eeprom_slot(&now.eeprom, slot);
		size = eeprom_slot_size(slot);
		at = (address >> 8) * 32 + (address & 7) * 4;
	}
	return at + *len <= size ? zone + at : NULL;
}

static void run_read(const uint8_t *packet, unsigned int param2)
{
	size_t len;
	const uint8_t *from = locate(packet[2], param2, &len);

	if (from)
		frame(from, len);
	else
		answer_status(STATUS_PARSE);
}

static void run_write(const uint8_t *packet, unsigned int param2)
{
	size_t len;
	uint8_t *to = locate(packet[2], param2, &len);

	if (to)
		memcpy(to, packet + 5, len);
	answer_status(to ? STATUS_OK : STATUS_PARSE);
}

static void run_lock(const uint8_t *packet)
{
	uint8_t *config = now.eeprom.config;
	unsigned int slot = packet[2] >> 2 & 0xf;

	switch (packet[2] & 3) {
	case 0:
		config[CONFIG_LOCK_CONFIG] = 0;
		break;
	case 1:
		config[CONFIG_LOCK_VALUE] = 0;
		break;
	default:
		config[CONFIG_SLOT_LOCKED + slot / 8] &=
			(uint8_t) ~(1u << slot % 8);
		break;
	}
	answer_status(STATUS_OK);
}

static void run_genkey(const uint8_t *packet)
{
	if (packet[2] & 4) {
		sim_p256_create(&entropy, now.eeprom.key[0]);
		now.eeprom.has_key[0] = true;
		REQUIRE(sim_p256_public(now.eeprom.key[0], now.public_key));
	}
	frame(now.public_key, sizeof(now.public_key));
}

static void run_sign(void)
{
	uint8_t signature[64];

	if (now.eeprom.has_key[0] &&
	    sim_p256_sign(now.eeprom.key[0], tempkey, &entropy, signature))
		frame(signature, sizeof(signature));
	else
		answer_status(STATUS_EXECUTION);
}

static void run_info(const uint8_t *packet)
{
	uint8_t state[4] = { latch, 0, 0, 0 };

	if (packet[2] == 0) {
		frame(now.eeprom.config + CONFIG_REVISION, 4);
		return;
	}
	latch |= packet[3] == 3;
	frame(state, sizeof(state));
}

static void run_nonce(const uint8_t *packet)
{
	uint8_t random[32];

	if (packet[2] == 3) {
		memcpy(tempkey, packet + 5, sizeof(tempkey));
		answer_status(STATUS_OK);
		return;
	}
	sim_random_draw(&entropy, random, sizeof(random));
	frame(random, sizeof(random));
}

static void execute(const uint8_t *packet)
{
	unsigned int param2 = (unsigned int)packet[4] << 8 | packet[3];
	uint8_t secret[32] = { 0x5a };

	switch (packet[1]) {
	case OP_READ:
		run_read(packet, param2);
		break;
	case OP_WRITE:
		run_write(packet, param2);
		break;
	case OP_LOCK:
		run_lock(packet);
		break;
	case OP_GENKEY:
		run_genkey(packet);
		break;
	case OP_SIGN:
		run_sign();
		break;
	case OP_INFO:
		run_info(packet);
		break;
	case OP_NONCE:
		run_nonce(packet);
		break;
	case OP_CHECKMAC:
		answer_status(STATUS_OK);
		break;
	default:
		frame(secret, sizeof(secret));
		break;
	}
}

/* `max` bytes of the output, FF after its end, as the lie has them. */
static ssize_t tell(enum lie lie, uint8_t *data, size_t max)
{
	uint8_t payload[REPLY_MAX];

	switch (lie) {
	case LIE_PAYLOAD:
	case LIE_STATUS:
		take(input, payload, sizeof(payload));
		frame(payload, lie == LIE_STATUS ? 1 : max - 3);
		break;
	case LIE_ONE_BYTE:
		output[take_byte(input) % (max - 1)] ^= take_byte(input);
		frame(output + 1, max - 3);
		break;
	default:
		break;
	}
	for (size_t i = 0; i < max; i++)
		data[i] = i < output_len ? output[i] : 0xff;
	if (lie == LIE_BYTES)
		take(input, data, max);
	return lie == LIE_SHORT ? take_byte(input) % (ssize_t)max
				: (ssize_t)max;
}

static int hostile_wake(struct transport *bus, uint8_t answer[static 4])
{
	enum lie lie = next_lie();

	bus->ops->wait_us(bus, 1500);
	answer_status(STATUS_AFTER_WAKE);
	if (lie == LIE_SILENT || lie == LIE_SHORT)
		return -ENXIO;
	if (lie == LIE_ADAPTER)
		return adapter_error();
	tell(lie, answer, 4);
	return 0;
}

static int hostile_send(struct transport *bus, const uint8_t *packet,
			size_t len)
{
	enum lie lie = next_lie();

	(void)bus;
	REQUIRE(len >= 7 && len <= PACKET_MAX && packet[0] == len);
	if (lie == LIE_SILENT)
		return -ENXIO;
	/* The chip may have got it nevertheless. */
	if (lie != LIE_SHORT)
		execute(packet);
	return lie == LIE_ADAPTER || lie == LIE_SHORT ? adapter_error() : 0;
}

static ssize_t hostile_receive(struct transport *bus, uint8_t *packet,
			       size_t max)
{
	enum lie lie = next_lie();
	int err;

	(void)bus;
	REQUIRE(max >= 4 && max <= REPLY_MAX);
	if (lie == LIE_SILENT)
		return -EAGAIN;
	if (lie != LIE_ADAPTER)
		return tell(lie, packet, max);
	err = adapter_error();
	return err == -ENXIO ? -EAGAIN : err;
}

static int hostile_word(struct transport *bus, enum word word)
{
	enum lie lie = next_lie();

	(void)bus;
	(void)word;
	if (lie == LIE_SILENT)
		return -ENXIO;
	return lie == LIE_ADAPTER ? adapter_error() : 0;
}

static int hostile_set_address(struct transport *bus, uint8_t address)
{
	bus->address = address;
	return 0;
}

static void hostile_wait_us(struct transport *bus, unsigned int us)
{
	(void)bus;
	now_us += us;
}

static uint64_t hostile_bus_now_us(struct transport *bus)
{
	(void)bus;
	return now_us;
}

static void hostile_close(struct transport *bus)
{
	(void)bus;
}

static const struct transport_ops hostile_ops = {
	.wake = hostile_wake,
	.send = hostile_send,
	.receive = hostile_receive,
	.word = hostile_word,
	.set_address = hostile_set_address,
	.wait_us = hostile_wait_us,
	.now_us = hostile_bus_now_us,
	.close = hostile_close,
};

/* In place of transport.c's: the linker takes the first it meets. */
int transport_open(const char *device, struct transport **bus)
{
	the_bus = (struct transport){ .ops = &hostile_ops, .name = "hostile" };
	(void)device;
	*bus = &the_bus;
	return 0;
}

void transport_close(struct transport *bus)
{
	bus->ops->close(bus);
}
