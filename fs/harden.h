/* SPDX-License-Identifier: Apache-2.0 */
/* What the daemon gives up once it is mounted, and what its helper does. */
#ifndef NK_HARDEN_H
#define NK_HARDEN_H

/*
 * No core dumps, no new privileges, no capability but those that unmounting,
 * locked memory and the simulator's file need, and a system call filter. Call
 * before any thread is started. What this build or this kernel does not have
 * is left out, with a line in the log.
 */
void harden(const char *device);

/*
 * The same for the process that signs by a signer's key: it keeps CAP_IPC_LOCK
 * alone, and mounts nothing whoever it belongs to.
 */
void harden_signing(void);

#endif
