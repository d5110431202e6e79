/* SPDX-License-Identifier: Apache-2.0 */
#include "log.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "text.h"

static log_sink sink_now;
static enum log_level most_now = LOG_LEVEL_INFO;

void log_to(log_sink sink, enum log_level most)
{
	sink_now = sink;
	most_now = most;
}

void log_write(enum log_level level, const char *format, ...)
{
	char line[1100];
	va_list args;

	if (!sink_now || level > most_now)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_flatten(line);
	sink_now(level, line);
}
