/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What systemd wants to hear of a service with Type=notify, by the protocol of
 * sd_notify(3): that the mount answers, and with WatchdogSec= that it still does.
 */
#ifndef NK_NOTIFY_H
#define NK_NOTIFY_H

struct notify;

/*
 * Once `mountpoint` is mounted: say so as soon as it answers a stat(), which
 * needs another thread than the one that serves it. *notify is NULL when nobody
 * asked (there is no NOTIFY_SOCKET). The caller ends it with notify_stop().
 */
int notify_start(const char *mountpoint, struct notify **notify);
/* After unmounting, so that no stat() is left waiting. NULL is fine. */
void notify_stop(struct notify *notify);

#endif
