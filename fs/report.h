/* SPDX-License-Identifier: Apache-2.0 */
/* Log lines, and failed file operations in the log. */
#pragma once

#include "log.h"

/* The log's sink: standard error, or syslog after report_to_syslog(). */
void report_line(enum log_level level, const char *line);
void report_to_syslog(void);

/*
 * Log a failed operation with its fail_reason(). Repeated lines, and more than a
 * few in a short time, are only counted. `path` is a row's; `name` may be NULL.
 * Only the chip's thread calls this.
 */
void report_failure(const char *verb, const char *path, unsigned int param,
		    const char *name, int err);
