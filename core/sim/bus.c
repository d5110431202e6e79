/* SPDX-License-Identifier: Apache-2.0 */
#include "bus.h"

#include <errno.h>
#include <string.h>

#include "packet.h"
#include "power.h"
#include "swap.h"

enum word_address {
	WORD_RESET = 0x00,
	WORD_SLEEP = 0x01,
	WORD_IDLE = 0x02,
	WORD_COMMAND = 0x03,
};

#define WAKE_LOW_US	 60u   /* tWLO: wakes when SDA is low this long */
#define WAKE_HIGH_US	 1500u /* tWHI: delay until it is awake */
#define WATCHDOG_US	 1300000u
#define LONG_WATCHDOG_US 10000000u
#define CHIP_MODE_LONG	 0x04
#define BUSY_FAULT_US	 50000u
#define STUCK_TIMEOUT_US 25000u /* until an adapter gives up */

/*
 * Sets the wake answer. After a failed self-test its CRC may be an invalid one:
 * option wake-crc.
 */
static void answer_wake(struct sim *sim)
{
	static const uint8_t c440[2] = { 0xc4, 0x40 };

	if (sim->chip.sram.failure != STATUS_SELF_TEST) {
		packet_reply_status(sim, STATUS_AFTER_WAKE);
		return;
	}
	packet_reply_status(sim, STATUS_SELF_TEST);
	if (sim->options.wake_crc_c440)
		memcpy(sim->out + 2, c440, sizeof(c440));
}

static void wake(struct sim *sim)
{
	uint64_t now = sim_clock_now(&sim->clock);
	uint8_t chip_mode = sim->chip.eeprom.config[CONFIG_CHIP_MODE];
	unsigned int hz = sim->options.hz;

	if (sim->state == BUS_AWAKE)
		return;
	if (hz && 8000000u / hz < WAKE_LOW_US)
		return;
	sim->state = BUS_AWAKE;
	sim->stats.wakes++;
	sim->address = sim->options.address ? (uint8_t)sim->options.address
					    : chip_i2c_address(&sim->chip);
	sim->watchdog_us = now + (chip_mode & CHIP_MODE_LONG ? LONG_WATCHDOG_US
							     : WATCHDOG_US);
	sim->ready_us =
		now + (sim->options.timing == TIMING_NONE ? 0 : WAKE_HIGH_US);
	answer_wake(sim);
}

/* Starts the faults that are due at this transfer. Some last for a while. */
static void begin_faults(struct sim *sim)
{
	uint64_t at = sim->transfer, now = sim_clock_now(&sim->clock);
	const struct fault *swap = faults_at(&sim->faults, FAULT_SWAP, at);

	if (faults_at(&sim->faults, FAULT_BUSY, at))
		sim->deaf_until_us = now + BUSY_FAULT_US;
	if (faults_at(&sim->faults, FAULT_HANG, at))
		sim->stuck_until_us = sim->state == BUS_AWAKE
					      ? sim->watchdog_us
					      : now + WATCHDOG_US;
	if (faults_at(&sim->faults, FAULT_STUCK, at))
		sim->stuck = true;
	if (faults_at(&sim->faults, FAULT_GONE, at))
		sim->present = false;
	if (faults_at(&sim->faults, FAULT_LATCH07, at))
		sim->chip.sram.failure = STATUS_SELF_TEST;
	if (faults_at(&sim->faults, FAULT_LATCH08, at))
		sim->chip.sram.failure = STATUS_HEALTH;
	if (swap && swap_chip(sim, swap->argument) < 0)
		sim->present = false;
}

/*
 * Each byte takes 8 bits and an acknowledge. After a NAK of the address no byte
 * follows.
 */
static void spend_bytes(struct sim *sim, size_t count)
{
	unsigned int hz = sim->options.hz;
	uint64_t us = hz ? count * 9 * 1000000 / hz : 0;

	sim->stats.bus_us += us;
	sim_clock_wait(&sim->clock, us);
}

/*
 * Starts a transfer. Returns 0 when the chip sees it, and -ENXIO or -ETIMEDOUT
 * as sim_write() does.
 */
static int begin_transfer(struct sim *sim)
{
	uint64_t now;

	sim->transfer++;
	sim->stats.transfers++;
	spend_bytes(sim, 1);
	now = sim_clock_now(&sim->clock);
	if (sim->state == BUS_AWAKE && now >= sim->watchdog_us)
		power_sleep(sim);
	begin_faults(sim);
	if (sim->stuck || now < sim->stuck_until_us) {
		sim_clock_wait(&sim->clock, STUCK_TIMEOUT_US);
		return -ETIMEDOUT;
	}
	if (!sim->powered || !sim->present ||
	    faults_at(&sim->faults, FAULT_NAK, sim->transfer))
		return -ENXIO;
	return 0;
}

static bool answers(const struct sim *sim, uint8_t addr)
{
	uint64_t now = sim_clock_now(&sim->clock);

	return sim->state == BUS_AWAKE && addr == sim->address &&
	       now >= sim->ready_us && now >= sim->deaf_until_us;
}

static bool is_whole(const struct sim *sim)
{
	return sim->in_len > 0 && sim->in_len >= sim->in[0];
}

/*
 * A packet may come in several writes. The chip is busy from the last byte that
 * the count covers, and acknowledges none after it.
 */
static int receive_command(struct sim *sim, const uint8_t *data, size_t len)
{
	size_t taken = 0, most = len;
	int err = 0;

	if (len == 0)
		return 0;
	sim->out_len = 0;
	sim->out_at = 0;
	if (faults_at(&sim->faults, FAULT_CRC, sim->transfer)) {
		sim->in_len = 0;
		packet_reply_status(sim, STATUS_COMMUNICATION);
		return 0;
	}
	if (faults_at(&sim->faults, FAULT_SHORT, sim->transfer))
		most = len / 2;
	while (taken < most && !is_whole(sim))
		sim->in[sim->in_len++] = data[taken++];
	if (is_whole(sim)) {
		err = packet_run(sim, sim->in);
		sim->in_len = 0;
	}
	return err == 0 && taken < len ? -EREMOTEIO : err;
}

static int write_transfer(struct sim *sim, uint8_t addr, const uint8_t *data,
			  size_t len)
{
	int err = begin_transfer(sim);

	if (err < 0)
		return err;
	if (addr == 0) {
		wake(sim);
		return -ENXIO;
	}
	if (!answers(sim, addr))
		return -ENXIO;
	spend_bytes(sim, len);
	if (len == 0)
		return 0;
	switch (data[0]) {
	case WORD_RESET:
		sim->in_len = 0;
		sim->out_at = 0;
		return 0;
	case WORD_SLEEP:
		power_sleep(sim);
		return 0;
	case WORD_IDLE:
		power_idle(sim);
		return 0;
	case WORD_COMMAND:
		return receive_command(sim, data + 1, len - 1);
	default:
		return -EREMOTEIO;
	}
}

int bus_write(struct sim *sim, uint8_t addr, const uint8_t *data, size_t len)
{
	int err = write_transfer(sim, addr, data, len);

	if (err == -ENXIO)
		sim->stats.naks++;
	else
		sim->stats.written += len;
	return err;
}

/* Bytes after the reply are read as FF. */
static void read_out(struct sim *sim, uint8_t *data, size_t len)
{
	uint64_t at = sim->transfer;

	for (size_t i = 0; i < len; i++)
		data[i] = sim->out_at < sim->out_len ? sim->out[sim->out_at++]
						     : 0xff;
	if (faults_at(&sim->faults, FAULT_SHORT, at))
		memset(data + len / 2, 0xff, len - len / 2);
	if (len > 0 && faults_at(&sim->faults, FAULT_CRC, at))
		data[len - 1] ^= 0x10;
}

int bus_read(struct sim *sim, uint8_t addr, uint8_t *data, size_t len)
{
	int err = begin_transfer(sim);

	/* A packet that is not complete has no answer yet. */
	if (err == 0 && (addr == 0 || !answers(sim, addr) || sim->in_len > 0))
		err = -ENXIO;
	if (err < 0) {
		sim->stats.naks += err == -ENXIO;
		return err;
	}
	spend_bytes(sim, len);
	sim->stats.read += len;
	read_out(sim, data, len);
	return 0;
}
