/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "error.h"
#include "system_clock.h"

/* So many lines at once, and one more each second. */
#define BURST 10
/* The same line is not repeated within this time. */
#define SAME_S 60

static struct {
	char last[900];
	time_t last_at, tokens, filled_at;
	unsigned int kept_back;
} limit = { .tokens = BURST };

static _Atomic bool in_syslog;

void report_line(enum log_level level, const char *line)
{
	if (in_syslog)
		syslog((int)level, "%s", line);
	else
		fprintf(stderr, "nerveskeyfs: %s\n", line);
}

void report_to_syslog(void)
{
	openlog("nerveskeyfs", LOG_PID, LOG_DAEMON);
	in_syslog = true;
}

/* Whether to write the line. */
static bool admit(const char *line)
{
	const time_t now_s = (time_t)(now_ms() / 1000);

	limit.tokens += now_s - limit.filled_at;
	if (limit.tokens > BURST)
		limit.tokens = BURST;
	limit.filled_at = now_s;
	if (limit.tokens == 0 ||
	    (strcmp(line, limit.last) == 0 && now_s - limit.last_at < SAME_S)) {
		limit.kept_back++;
		return false;
	}
	limit.tokens--;
	limit.last_at = now_s;
	snprintf(limit.last, sizeof(limit.last), "%s", line);
	return true;
}

/* Failures of the chip are warnings; mistakes of users are not. */
static enum log_level level_of(int err)
{
	switch (err) {
	case -EIO:
	case -ENODEV:
	case -ETIMEDOUT:
	case -EUCLEAN:
	case -ENOMEM:
		return LOG_LEVEL_WARNING;
	default:
		return LOG_LEVEL_INFO;
	}
}

/* Set the path in the mount: the row's, with parameter and name filled in. */
static void show_path(const char *path, unsigned int param, const char *name,
		      char out[static 300])
{
	const char *sign = strchr(path, '#');
	size_t len = strcspn(path, "*");

	if (sign)
		snprintf(out, 300, "%.*s%u%s", (int)(sign - path - 1), path + 1,
			 param, sign + 1);
	else
		snprintf(out, 300, "%.*s%s", (int)len - 1, path + 1,
			 name ? name : "");
}

void report_failure(const char *verb, const char *path, unsigned int param,
		    const char *name, int err)
{
	char where[300], line[sizeof(limit.last)];

	show_path(path, param, name, where);
	snprintf(line, sizeof(line), "%s %s: %s (%s)", verb, where,
		 fail_reason(), errno_name(err));
	if (!admit(line))
		return;
	if (limit.kept_back)
		log_write(LOG_LEVEL_INFO, "%u more failures not shown",
			  limit.kept_back);
	limit.kept_back = 0;
	log_write(level_of(err), "%s", line);
}
