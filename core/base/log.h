/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Library code never prints: it calls log_write(), and the program decides
 * where that goes. Without a sink nothing is written. Never log key material.
 */
#ifndef NK_LOG_H
#define NK_LOG_H

/* The numbers are syslog's. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7
};

typedef void (*log_sink)(enum log_level level, const char *line);

/* Where lines go and the most talkative level that is passed on. Set before threads start. */
void log_to(log_sink sink, enum log_level most);

/* One line, no newline at its end, cut at 511 bytes; names in it may be anything. */
void log_write(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
