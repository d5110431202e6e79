/* SPDX-License-Identifier: Apache-2.0 */
#include "packet.h"

#include <string.h>

#include "crc.h"
#include "exec_time.h"
#include "power.h"
#include "program.h"
#include "store_format.h"

#define SHORTEST 7 /* count, opcode, mode, param2, CRC */
#define LONGEST	 155

static void put_reply(struct sim *sim, const uint8_t *data, size_t len)
{
	uint16_t crc;

	sim->out[0] = (uint8_t)(len + 3);
	memcpy(sim->out + 1, data, len);
	crc = crc16(sim->out, len + 1);
	sim->out[len + 1] = (uint8_t)crc;
	sim->out[len + 2] = (uint8_t)(crc >> 8);
	sim->out_len = len + 3;
	sim->out_at = 0;
}

void packet_reply_status(struct sim *sim, enum chip_status status)
{
	uint8_t byte = (uint8_t)status;

	put_reply(sim, &byte, 1);
}

/* Executes the command and saves the EEPROM, or does neither. */
static int execute(struct sim *sim, const struct chip_request *request,
		   struct chip_reply *reply, bool torn)
{
	struct chip *chip = &sim->chip;
	struct chip before = *chip;
	int err = 0;

	chip_execute(chip, request, reply);
	if (torn)
		program_tear(chip, &before.eeprom);
	if (sim->kept &&
	    memcmp(&before.eeprom, &chip->eeprom, sizeof(before.eeprom)) != 0)
		err = store_format_save(&sim->store, &chip->eeprom);
	if (err < 0)
		*chip = before;
	explicit_bzero(&before, sizeof(before));
	return err;
}

static bool cut_here(const struct sim *sim, enum fault_kind kind)
{
	return faults_at(&sim->faults, kind, sim->command) != NULL;
}

static int run_request(struct sim *sim, const struct chip_request *request,
		       unsigned int execution_us)
{
	bool torn = cut_here(sim, FAULT_CUT_TORN);
	struct chip_reply reply;
	int err;

	if (cut_here(sim, FAULT_CUT_BEFORE)) {
		power_off(sim);
		return 0;
	}
	err = execute(sim, request, &reply, torn);
	if (err < 0)
		return err;
	sim->stats.execution_us += execution_us;
	sim->stats.refused += reply.len == 1 && reply.data[0] != STATUS_OK;
	put_reply(sim, reply.data, reply.len);
	if (reply.goes_idle)
		power_idle(sim);
	explicit_bzero(&reply, sizeof(reply));
	sim->ready_us = sim_clock_now(&sim->clock) + execution_us;
	if (torn || cut_here(sim, FAULT_CUT_AFTER))
		power_off(sim);
	return 0;
}

int packet_run(struct sim *sim, const uint8_t *packet)
{
	const uint8_t *config = sim->chip.eeprom.config;
	struct chip_request request;
	unsigned int execution_us;
	size_t len = packet[0];
	uint16_t crc;

	if (len < SHORTEST || len > LONGEST) {
		packet_reply_status(sim, STATUS_COMMUNICATION);
		return 0;
	}
	crc = crc16(packet, len - 2);
	if (packet[len - 2] != (uint8_t)crc || packet[len - 1] != crc >> 8) {
		packet_reply_status(sim, STATUS_COMMUNICATION);
		return 0;
	}
	request = (struct chip_request){
		.opcode = packet[1],
		.mode = packet[2],
		.param2 = (uint16_t)(packet[3] | packet[4] << 8),
		.data = packet + 5,
		.len = len - SHORTEST,
	};
	execution_us =
		sim_execution_us(sim->chip.part, config[CONFIG_CHIP_MODE],
				 request.opcode, sim->options.timing);
	if (sim_clock_now(&sim->clock) + execution_us > sim->watchdog_us) {
		packet_reply_status(sim, STATUS_WATCHDOG);
		return 0;
	}
	sim->command++;
	sim->stats.commands++;
	sim->stats.by_opcode[request.opcode]++;
	return run_request(sim, &request, execution_us);
}
