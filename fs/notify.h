/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages to systemd for a service with Type=notify, by the protocol of
 * sd_notify(3): the mount answers and, with WatchdogSec=, still does. Without
 * NOTIFY_SOCKET these functions do nothing.
 */
#pragma once

#include <stdbool.h>

/* Connect to the socket. 0, or -errno with fail_reason(). */
int notify_start(void);
/* Tell that the mount answers. */
void notify_ready(void);
/* Milliseconds until notify_alive() is due; -1: never. */
int notify_watchdog_ms(void);
/* Tell that the mount still answers, but only if it is `healthy`. */
void notify_alive(bool healthy);
/* Tell that the service ends. */
void notify_stop(void);
