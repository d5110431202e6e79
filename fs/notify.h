/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd wants to hear of a service with Type=notify, by the protocol of
 * sd_notify(3): that the mount answers, and with WatchdogSec= that it still does.
 * All of this does nothing when nobody asked: there is no NOTIFY_SOCKET.
 */
#ifndef NK_NOTIFY_H
#define NK_NOTIFY_H

#include <stdbool.h>

/* -errno with fail_reason(). */
int notify_start(void);
/* The mount answers. */
void notify_ready(void);
/* Milliseconds until notify_alive() has something to tell; -1: never. */
int notify_watchdog_ms(void);
/* It still answers, or is not `healthy`, which is not told. */
void notify_alive(bool healthy);
/* It ends. */
void notify_stop(void);

#endif
