/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Go to the background. The process that was started waits until the mount
 * answers, and then exits with its result.
 */
#pragma once

/*
 * Call it before anything is opened. Opens /dev/null for standard input, output
 * and error where they are closed, so that no other file gets their numbers.
 */
void daemon_hold_streams(void);
/*
 * Returns 0 in a child in a session of its own, which still has the starter's
 * standard error, or -errno without a child. The starter does not return: it
 * exits with 0 at daemon_ready(), or with 1 when the child ends before that.
 */
int daemon_start(void);
/*
 * Call it when the mount answers. Lets the starter exit, closes its terminal,
 * and sends the log to syslog. Does nothing in the foreground.
 */
void daemon_ready(void);
