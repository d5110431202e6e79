/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages to systemd for a service with Type=notify, by the protocol of
 * sd_notify(3): the mount answers and, with WatchdogSec=, still does. Without
 * NOTIFY_SOCKET these functions do nothing.
 */
#pragma once

/* Connect to the socket. 0, or -errno with fail_reason(). */
int notify_start(void);
/* `state` is READY=1, WATCHDOG=1 or STOPPING=1. */
void notify_tell(const char *state);
/* How often WATCHDOG=1 is due, in milliseconds; -1: never. */
int notify_watchdog_ms(void);
