/* SPDX-License-Identifier: Apache-2.0 */
/* One command with its retries. Only files of this layer use it. */
#pragma once

#include <stdint.h>

#include "timing.h"

struct atecc;
struct request;

/*
 * Run one command, and retry it as its row of command_table allows. Sets `reply`
 * to as many bytes as that row says; it may be NULL when the reply is a status.
 * Errors of atecc.h, and -ESTALE for REPEAT_SEQUENCE: TempKey is lost, and the
 * command perhaps not executed.
 */
int session_execute(struct atecc *chip, enum command command,
		    const struct request *parameters, uint8_t *reply);

/* Read the serial. -ENODEV: it is not the chip that this session began with. */
int session_identify(struct atecc *chip);
/* Note the serial in the first block of the configuration zone. */
void session_note_identity(struct atecc *chip, const uint8_t block[static 32]);
