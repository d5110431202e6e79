/* SPDX-License-Identifier: Apache-2.0 */
/* A packet from the input buffer to its reply, and power cuts meanwhile. */
#ifndef NK_SIM_PACKET_H
#define NK_SIM_PACKET_H

#include "sim_private.h"

/*
 * Execute the packet (count to CRC, as many bytes as its count says) and put
 * its reply into the output buffer. Errors are those of the state file.
 */
int packet_run(struct sim *sim, const uint8_t *packet);
/* The status byte alone as a reply, to be read at once. */
void packet_reply_status(struct sim *sim, enum chip_status status);

#endif
