/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Moves bytes between the host and one chip, over an I2C adapter or the
 * simulator.
 *
 * A transport knows word addresses (wake, idle, sleep, command) and NAKs. It
 * knows neither commands nor CRCs. One thread at a time uses it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct transport;

/* Word addresses, the first byte of each write. */
enum word {
	WORD_RESET,   /* the next receive starts at the reply's first byte */
	WORD_SLEEP,   /* clears TempKey and the latched errors */
	WORD_IDLE,    /* keeps TempKey and stops the watchdog */
	WORD_COMMAND, /* a packet follows */
};

struct transport_ops {
	/*
	 * Sends the wake pulse (a write to address 0, whose NAK is normal),
	 * waits the wake delay, and sets `answer` to the 4 bytes that the chip
	 * answers. Returns 0 when 4 bytes came, whatever they are; -ENXIO when
	 * nothing answers at the address; -ETIMEDOUT when the pulse took longer
	 * than the chip's watchdog. Some adapters report other errors for a
	 * missing chip.
	 */
	int (*wake)(struct transport *bus, uint8_t answer[static 4]);
	/*
	 * Writes word address 03 and the packet. Returns -ENXIO or -EREMOTEIO
	 * when a byte is NAKed: the chip did not get the whole packet.
	 */
	int (*send)(struct transport *bus, const uint8_t *packet, size_t len);
	/*
	 * Reads up to `max` bytes and returns how many came. -EAGAIN: the
	 * address was NAKed, because the chip executes, sleeps or is gone. Only
	 * time tells which.
	 */
	ssize_t (*receive)(struct transport *bus, uint8_t *packet, size_t max);
	/* Writes a word address alone. Errors as of send(). */
	int (*word)(struct transport *bus, enum word word);
	/* Sets the 7-bit address of all later transfers. */
	int (*set_address)(struct transport *bus, uint8_t address);
	/*
	 * Optional. Returns a sentence on why chips may not wake on this bus,
	 * or NULL. It is valid until the next call.
	 */
	const char *(*hint)(struct transport *bus);
	/*
	 * Waits on, and reads, the clock of this bus: the simulator's may be
	 * virtual.
	 */
	void (*wait_us)(struct transport *bus, unsigned int us);
	uint64_t (*now_us)(struct transport *bus);
	void (*close)(struct transport *bus);
};

/* Backends embed this as their first member. */
struct transport {
	const struct transport_ops *ops;
	uint8_t address; /* 7-bit; 0: not known yet */
	char name[64];	 /* shown to people: "i2c-1", "sim:FILE" */
};

/*
 * Opens DEVICE: "/dev/i2c-1", "i2c-1" or "1", each optionally with ":0x35", or
 * "sim:FILE[,option=value...]". Sends nothing, so no chip needs to be there.
 * The address stays 0 unless DEVICE names one.
 *
 * Sets `*bus`; the caller closes it with transport_close(). -EINVAL: not a
 * DEVICE; -ENOENT, -EACCES, -EBUSY: the bus cannot be opened; -EOPNOTSUPP: the
 * adapter lacks a needed function. fail_reason() has a sentence.
 */
int transport_open(const char *device, struct transport **bus);
void transport_close(struct transport *bus);
