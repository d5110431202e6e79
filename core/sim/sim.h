/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated ATECC508A, 608A or 608B, alone on an I2C bus, as a bus master
 * sees it. README.md describes the file format, the options, and the readings
 * of the data sheets.
 *
 * Not thread-safe: the owner serialises calls.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

struct sim;

/*
 * `spec` is FILE[,option=value...]:
 *
 *	model=508a|608a|608b|tng  what to make when FILE is missing or empty
 *				  (608b); else FILE must hold that
 *	timing=none|typical|max	  execution times (none)
 *	clock=real|virtual	  wait, or only count (real)
 *	hz=N			  bus clock; 0: bytes take no time (0 with
 *				  timing=none, else 100000)
 *	seed=N			  makes all that is random reproducible
 *	addr=N			  7-bit address; else what its EEPROM says
 *	faults=F[+F...]		  what goes wrong and when; see README.md
 *	stats=FILE		  sim_stats() is written there at close
 *	wake-crc=40c2|c440	  CRC of a wake after a failed self-test: the
 *				  valid one (40c2), or that of Microchip's
 *				  library
 *
 * Opening is power-on: the chip is asleep. -EINVAL: bad spec or content,
 * -EBUSY: FILE is in use by another process, else what the file system says;
 * fail_reason() has a sentence. The caller closes with sim_close().
 */
int sim_open(const char *spec, struct sim **sim);
void sim_close(struct sim *sim);

/*
 * Performs one I2C write or read transfer, START to STOP. `addr` is the 7-bit
 * address. A write to 0 is the wake pulse, which no chip acknowledges.
 *
 * 0: acknowledged; -ENXIO: address not acknowledged; -EREMOTEIO: a data byte
 * not acknowledged; -ETIMEDOUT: the bus is stuck. Any other error: FILE could
 * not be written, and the command was not executed.
 */
int sim_write(struct sim *sim, uint8_t addr, const uint8_t *data, size_t len);
int sim_read(struct sim *sim, uint8_t addr, uint8_t *data, size_t len);

/*
 * What the rest of the world does to the chip:
 *
 *	faults F[+F...]	  more faults, counted from now on
 *	no-faults	  forget those that are still to come
 *	power off|on|cycle
 *	remove, insert	  the chip, from and into its socket
 *	swap [FILE]	  another chip: FILE's, or a blank one
 *	stats, reset	  sim_stats(); begin counting anew
 *
 * What it has to say is appended to `answer`. -EINVAL: no such command.
 */
int sim_control(struct sim *sim, const char *command, struct bytes *answer);

/*
 * Appends the statistics since open as a JSON object. README.md lists its
 * members.
 */
int sim_stats(const struct sim *sim, struct bytes *json);

/* Waits on, and reads, the clock of this bus. */
void sim_wait_us(struct sim *sim, uint64_t us);
uint64_t sim_now_us(const struct sim *sim);
