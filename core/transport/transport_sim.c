/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in simulator as a transport. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holder.h"
#include "sim.h"
#include "transport_backends.h"

struct transport_sim {
	struct transport bus;
	struct sim *sim;
};

static struct sim *sim_of(struct transport *bus)
{
	return ((struct transport_sim *)bus)->sim;
}

static int sim_bus_wake(struct transport *bus, uint8_t answer[static 4])
{
	struct sim *sim = sim_of(bus);
	int err;

	err = sim_write(sim, 0, NULL, 0);
	if (err < 0 && err != -ENXIO)
		return err;
	sim_wait_us(sim, WAKE_DELAY_US);
	return sim_read(sim, bus->address, answer, 4);
}

static int sim_bus_send(struct transport *bus, const uint8_t *packet,
			size_t len)
{
	uint8_t message[1 + LONGEST_PACKET];
	int err;

	if (len > LONGEST_PACKET)
		return -EMSGSIZE;
	message[0] = WORD_COMMAND;
	memcpy(message + 1, packet, len);
	err = sim_write(sim_of(bus), bus->address, message, len + 1);
	explicit_bzero(message, sizeof(message));
	return err;
}

static ssize_t sim_bus_receive(struct transport *bus, uint8_t *packet,
			       size_t max)
{
	int err = sim_read(sim_of(bus), bus->address, packet, max);

	if (err == -ENXIO)
		return -EAGAIN;
	return err < 0 ? err : (ssize_t)max;
}

static int sim_bus_word(struct transport *bus, enum word word)
{
	uint8_t byte = (uint8_t)word;

	return sim_write(sim_of(bus), bus->address, &byte, 1);
}

static int sim_bus_set_address(struct transport *bus, uint8_t address)
{
	bus->address = address;
	return 0;
}

static void sim_bus_wait_us(struct transport *bus, unsigned int us)
{
	sim_wait_us(sim_of(bus), us);
}

static uint64_t sim_bus_now_us(struct transport *bus)
{
	return sim_now_us(sim_of(bus));
}

static void sim_bus_close(struct transport *bus)
{
	sim_close(sim_of(bus));
	free(bus);
}

static const struct transport_ops sim_ops = {
	.wake = sim_bus_wake,
	.send = sim_bus_send,
	.receive = sim_bus_receive,
	.word = sim_bus_word,
	.set_address = sim_bus_set_address,
	.wait_us = sim_bus_wait_us,
	.now_us = sim_bus_now_us,
	.close = sim_bus_close,
};

static int open_patiently(const char *spec, struct sim **sim)
{
	int err = sim_open(spec, sim);

	for (int us = 0; err == -EBUSY && us < ENDING_US;
	     us += ENDING_STEP_US) {
		usleep(ENDING_STEP_US);
		err = sim_open(spec, sim);
	}
	return err == -EBUSY ? holder_refuse(spec) : err;
}

int transport_sim_open(const char *spec, struct transport **bus)
{
	struct transport_sim *own = calloc(1, sizeof(*own));
	int err;

	if (!own)
		return -ENOMEM;
	own->bus.ops = &sim_ops;
	snprintf(own->bus.name, sizeof(own->bus.name), "sim:%.*s",
		 (int)strcspn(spec, ","), spec);
	err = open_patiently(spec, &own->sim);
	if (err < 0) {
		free(own);
		return err;
	}
	*bus = &own->bus;
	return 0;
}
