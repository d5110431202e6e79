/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_QUIET_THREAD_H
#define NK_QUIET_THREAD_H

#include <pthread.h>

/* A thread that no signal interrupts: they are for the one that serves. -errno. */
int quiet_thread_start(pthread_t *thread, void *(*run)(void *data), void *data);

#endif
