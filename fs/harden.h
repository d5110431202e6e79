/* SPDX-License-Identifier: Apache-2.0 */
/* Privileges that the daemon and its signing process give up. */
#pragma once

/*
 * Call it after mounting, before any thread starts. Forbids core dumps and new
 * privileges, drops all capabilities but those for unmounting, locked memory and
 * the simulator's file, and filters system calls. Steps that this build or kernel
 * does not support are left out and logged.
 */
void harden(const char *device);

/*
 * The same for the process that signs with a signer's key. It keeps only
 * CAP_IPC_LOCK and can never mount, whichever user runs it.
 */
void harden_signing(void);
