/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd wants to hear of a service with Type=notify, by the protocol of
 * sd_notify(3): that the mount answers, and with WatchdogSec= that it still does.
 */
#ifndef NK_NOTIFY_H
#define NK_NOTIFY_H

#include <stdbool.h>

struct notify;

/*
 * *notify is NULL when nobody asked (there is no NOTIFY_SOCKET); all functions
 * below take that. The caller ends it with notify_stop().
 */
int notify_start(struct notify **notify);
/* The mount answers. */
void notify_ready(struct notify *notify);
/* When it is time: it still does, or is not `healthy`, which is not told. */
void notify_alive(struct notify *notify, bool healthy);
/* Milliseconds until notify_alive() has something to tell; -1: never. */
int notify_watchdog_ms(const struct notify *notify);
/* Says that it ends, and frees. */
void notify_stop(struct notify *notify);

#endif
