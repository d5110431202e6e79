/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Library code never prints. It calls log_write(), and the program decides
 * where lines go. Without a sink, lines are dropped. Never log key material.
 */
#pragma once

/* The numbers are syslog's. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

typedef void (*log_sink)(enum log_level level, const char *line);

/*
 * Set the sink, and the most verbose level that it gets. Call it before threads
 * start.
 */
void log_to(log_sink sink, enum log_level most);

/*
 * Log one line, without a newline at its end. It is cut at 511 bytes, and made
 * safe by text_flatten().
 */
void log_write(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
