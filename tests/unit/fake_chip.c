/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_chip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "crc.h"
#include "text.h"
#include "transport.h"

static struct fake_chip chip;
static struct transport the_bus;

static bool awake;
static uint64_t ready_us;
static struct fake_step now; /* the command that is being executed */
static uint8_t output[256];
static size_t output_len, output_at;

static void note(const char *what)
{
	size_t len = strlen(chip.log);

	assert_true(len + strlen(what) + 1 < sizeof(chip.log));
	strcpy(chip.log + len, what);
}

static int nak(void)
{
	if (chip.now_us < chip.stuck_until)
		return -ETIMEDOUT;
	return chip.bus_err ? chip.bus_err : -ENXIO;
}

/* A transfer to the address. Returns whether the chip acknowledges it. */
static bool hears(void)
{
	chip.now_us += chip.slow_us;
	return chip.address && the_bus.address == chip.address && awake &&
	       chip.now_us >= chip.busy_until && chip.now_us >= ready_us &&
	       chip.now_us >= chip.stuck_until;
}

static void set_output(const uint8_t *payload, size_t len)
{
	uint16_t crc;

	output[0] = (uint8_t)(len + 3);
	memcpy(output + 1, payload, len);
	crc = crc16(output, len + 1);
	output[len + 1] = (uint8_t)crc;
	output[len + 2] = (uint8_t)(crc >> 8);
	output_len = len + 3;
	output_at = 0;
}

static ssize_t read_output(uint8_t *data, size_t max)
{
	for (size_t i = 0; i < max; i++, output_at++)
		data[i] = output_at < output_len ? output[output_at] : 0xff;
	if (now.damaged && max > 1) {
		now.damaged--;
		data[1] ^= 0x40;
	}
	return (ssize_t)max;
}

static int fake_wake(struct transport *bus, uint8_t answer[static 4])
{
	bool rises = chip.address && chip.now_us >= chip.busy_until &&
		     chip.now_us >= chip.stuck_until && !awake;
	uint8_t status = 0x11;

	chip.now_us += chip.slow_us;
	if (rises) {
		if (chip.wake_status_count) {
			status = *chip.wake_statuses++;
			chip.wake_status_count--;
		}
		awake = true;
		ready_us = chip.now_us + chip.wake_answers_after;
		now = (struct fake_step){ 0 };
		set_output(&status, 1);
	}
	bus->ops->wait_us(bus, 1500);
	if (!hears()) {
		note("w");
		return nak();
	}
	note("W");
	read_output(answer, 4);
	return 0;
}

static size_t reply_len(const uint8_t *packet)
{
	switch (packet[1]) {
	case 0x02:
		return packet[2] & 0x80 ? 32 : 4;
	case 0x30:
		return 4;
	case 0x40:
	case 0x41:
		return 64;
	case 0x08:
	case 0x1b:
	case 0x43:
		return 32;
	case 0x16:
		return packet[2] == 0 ? 32 : 1;
	default:
		return 1;
	}
}

static void execute(const uint8_t *packet)
{
	uint8_t payload[64] = { 0 };
	size_t len = reply_len(packet);

	if (now.raw) {
		output_len = strlen(now.raw) / 2;
		output_at = 0;
		assert_true(output_len <= sizeof(output));
		assert_int_equal(hex_decode(now.raw, output, output_len), 0);
		return;
	}
	if (now.status) {
		payload[0] = (uint8_t)now.status;
		len = 1;
	} else if (chip.reply && len > 1) {
		assert_true(strlen(chip.reply) >= 2 * len);
		assert_int_equal(hex_decode(chip.reply, payload, len), 0);
	}
	set_output(payload, len);
}

static int fake_send(struct transport *bus, const uint8_t *packet, size_t len)
{
	char opcode[3];

	(void)bus;
	snprintf(opcode, sizeof(opcode), "%02x", packet[1]);
	note(opcode);
	if (!hears())
		return nak();
	now = (struct fake_step){ 0 };
	if (chip.steps) {
		now = *chip.script++;
		chip.steps--;
	}
	assert_true(chip.sent_count < 512 && len < sizeof(chip.sent[0]));
	chip.sent[chip.sent_count][0] = 0x03;
	memcpy(chip.sent[chip.sent_count] + 1, packet, len);
	chip.sent_len[chip.sent_count++] = len + 1;
	if (now.send_err)
		return now.send_err;
	execute(packet);
	ready_us = now.busy_us == FOR_EVER ? UINT64_MAX
					   : chip.now_us + now.busy_us;
	if (now.falls_asleep)
		awake = false;
	return 0;
}

static ssize_t fake_receive(struct transport *bus, uint8_t *packet, size_t max)
{
	(void)bus;
	if (hears()) {
		note("R");
		awake = awake && !now.lost;
		return read_output(packet, max);
	}
	note("r");
	if (nak() != -ENXIO)
		return nak();
	return now.busy_err ? now.busy_err : -EAGAIN;
}

static int fake_word(struct transport *bus, enum word word)
{
	static const char *const heard[] = { "z", "S", "I" };
	static const char *const unheard[] = { "-", "s", "i" };
	bool ack = hears();

	(void)bus;
	note((ack ? heard : unheard)[word]);
	if (word == WORD_RESET)
		output_at = 0;
	else
		awake = awake && !ack;
	return ack ? 0 : nak();
}

static int fake_set_address(struct transport *bus, uint8_t address)
{
	if (chip.address_err)
		return chip.address_err;
	if (address == chip.busy)
		return -EBUSY;
	bus->address = address;
	return 0;
}

static void fake_wait_us(struct transport *bus, unsigned int us)
{
	(void)bus;
	chip.now_us += us;
}

static uint64_t fake_now_us(struct transport *bus)
{
	(void)bus;
	return chip.now_us;
}

static void fake_close(struct transport *bus)
{
	(void)bus;
}

static const struct transport_ops fake_ops = {
	.wake = fake_wake,
	.send = fake_send,
	.receive = fake_receive,
	.word = fake_word,
	.set_address = fake_set_address,
	.wait_us = fake_wait_us,
	.now_us = fake_now_us,
	.close = fake_close,
};

/* Replaces that of transport.c: the linker takes the first one it finds. */
int transport_open(const char *device, struct transport **bus)
{
	the_bus = (struct transport){ .ops = &fake_ops, .name = "fake" };
	if (strcmp(device, "named") == 0)
		the_bus.address = 0x60;
	*bus = &the_bus;
	return 0;
}

void transport_close(struct transport *bus)
{
	bus->ops->close(bus);
}

struct fake_chip *fake_chip(void)
{
	memset(&chip, 0, sizeof(chip));
	chip.address = 0x60;
	awake = false;
	ready_us = 0;
	now = (struct fake_step){ 0 };
	output_len = 0;
	return &chip;
}

struct atecc *fake_open(struct fake_chip **fake, bool named)
{
	struct atecc *atecc;

	*fake = fake_chip();
	assert_int_equal(atecc_open(named ? "named" : "", &atecc), 0);
	return atecc;
}

struct atecc *fake_begun(struct fake_chip **fake,
			 const struct fake_step *script, size_t steps)
{
	struct atecc *atecc = fake_open(fake, true);

	assert_int_equal(begin(atecc, 5000), 0);
	fake_clear_log(*fake);
	chip.script = script;
	chip.steps = steps;
	return atecc;
}

void fake_clear_log(struct fake_chip *fake)
{
	fake->log[0] = '\0';
	fake->sent_count = 0;
}
