/* SPDX-License-Identifier: Apache-2.0 */
/* Processes a packet: from the input buffer to the reply, with power cuts. */
#pragma once

#include "sim_private.h"

/*
 * Executes the packet (count to CRC, as long as its count says) and puts its
 * reply into the output buffer. Errors are those of the state file.
 */
int packet_run(struct sim *sim, const uint8_t *packet);
/* Sets the reply to the status byte, ready to be read. */
void packet_reply_status(struct sim *sim, enum chip_status status);
