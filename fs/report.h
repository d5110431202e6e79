/* SPDX-License-Identifier: Apache-2.0 */
/* Where log lines go, and which failures of file operations become one. */
#ifndef NK_REPORT_H
#define NK_REPORT_H

#include "log.h"

/* To standard error, until report_to_syslog(). */
void report_line(enum log_level level, const char *line);
void report_to_syslog(void);

/*
 * One line for a failed operation with its fail_reason(). The same line again,
 * and more than a few in a short time, are counted and not written. `path` is a
 * row's; `name` may be NULL. For the chip's thread.
 */
void report_failure(const char *verb, const char *path, unsigned int param,
		    const char *name, int err);

#endif
