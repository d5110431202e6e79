/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A way to move bytes to and from one chip: an I2C adapter or the simulator.
 *
 * A transport knows words (wake, idle, sleep, a packet) and NAKs, but neither
 * commands nor CRCs. It is used by one thread at a time.
 */
#ifndef NK_TRANSPORT_H
#define NK_TRANSPORT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct transport;

struct transport_ops {
	/*
	 * Wake pulse (a write to address 0, whose NAK is normal), the wake
	 * delay, then the 4-byte wake answer into `answer`. 0 when 4 bytes
	 * came, whatever they say; -ENXIO when nothing answers at the address;
	 * any other error may be an adapter's word for that too. A pulse that
	 * took longer than the chip's watchdog is -ETIMEDOUT.
	 */
	int (*wake)(struct transport *bus, uint8_t answer[static 4]);
	/*
	 * Word address 03 and the packet. -ENXIO or -EREMOTEIO when a byte of it
	 * is NAKed, so that the chip has not got it all.
	 */
	int (*send)(struct transport *bus, const uint8_t *packet, size_t len);
	/*
	 * Read up to `max` bytes. Bytes read; -EAGAIN when the address was
	 * NAKed, as it is while the chip executes (and when it is asleep or
	 * gone: only time tells); else -errno.
	 */
	ssize_t (*receive)(struct transport *bus, uint8_t *packet, size_t max);
	/* Word address 00: the next receive starts at the reply's first byte. */
	int (*reset)(struct transport *bus);
	/* Word address 02: TempKey is kept, the watchdog stops. */
	int (*idle)(struct transport *bus);
	/* Word address 01: TempKey and the latched errors are lost. */
	int (*sleep)(struct transport *bus);
	/* 7-bit address for all that follows. */
	int (*set_address)(struct transport *bus, uint8_t address);
	/*
	 * Why no chip may wake on this bus, as a sentence; NULL: nothing is
	 * known. Optional. Valid until the next call.
	 */
	const char *(*hint)(struct transport *bus);
	/* Let time pass on the clock that this bus lives by, and read it. */
	void (*wait_us)(struct transport *bus, unsigned int us);
	uint64_t (*now_us)(struct transport *bus);
	void (*close)(struct transport *bus);
};

/* Backends embed this as their first member. */
struct transport {
	const struct transport_ops *ops;
	uint8_t address; /* 7-bit; 0 while it is not known yet */
	char name[64];	 /* for people: "i2c-1", "sim:FILE" */
};

/*
 * Open DEVICE: "/dev/i2c-1", "i2c-1", "1", each with ":0x35" if wished, or
 * "sim:FILE[,option=value...]". No chip needs to be there: nothing is sent to
 * it. The address stays 0 when DEVICE does not name one.
 *
 * -EINVAL: not a DEVICE; -ENOENT, -EACCES, -EBUSY: the bus cannot be opened;
 * -EOPNOTSUPP: the adapter lacks what is needed. fail_reason() has a sentence.
 * The caller closes `*bus` with transport_close().
 */
int transport_open(const char *device, struct transport **bus);
void transport_close(struct transport *bus);

#endif
