/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Going to the background without leaving too early: the process that was
 * started stays until the mount answers, and ends with what became of it.
 */
#ifndef NK_DAEMON_H
#define NK_DAEMON_H

/*
 * Before anything is opened: standard input, output and error are there, so
 * that no file of ours gets their numbers, and the log with them.
 */
void daemon_hold_streams(void);
/*
 * Returns 0 in a child in a session of its own, still with the starter's
 * standard error; -errno when there is none. The starter does not return: it
 * ends with 0 at daemon_ready(), and with 1 once the child ends before that.
 */
int daemon_start(void);
/*
 * The mount answers: let the starter go and let go of its terminal; the log is
 * syslog's from here. Does nothing in the foreground.
 */
void daemon_ready(void);

#endif
