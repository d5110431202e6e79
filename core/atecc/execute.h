/* SPDX-License-Identifier: Apache-2.0 */
/* One command, with its retries: for the files of this layer alone. */
#ifndef NK_EXECUTE_H
#define NK_EXECUTE_H

#include <stdint.h>

#include "timing.h"

struct atecc;
struct request;

/*
 * Run one command and retry what may be retried. `reply` gets as many bytes as
 * command_table says; it may be NULL when that is a status. Besides the errors
 * of atecc.h: -ESTALE, only for REPEAT_SEQUENCE, when the command was not or
 * may not have been executed and TempKey is lost.
 */
int session_execute(struct atecc *chip, enum command command,
		    const struct request *parameters, uint8_t *reply);

/* -ENODEV when another chip has taken the place of the one in this session. */
int session_identify(struct atecc *chip);
/* The first block of a configuration zone says who this is. */
void session_note_identity(struct atecc *chip, const uint8_t block[static 32]);

#endif
