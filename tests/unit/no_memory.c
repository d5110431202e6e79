/* SPDX-License-Identifier: Apache-2.0 */
#include "no_memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <jansson.h>

#include "sim.h"

static _Thread_local unsigned int exempt; /* inside the simulator */
static enum no_memory_for refused;
static unsigned long asked, refuse_at;
static bool refuse_on, struck;

static bool refuses(enum no_memory_for whose)
{
	if (exempt || whose != refused)
		return false;
	asked++;
	if (asked != refuse_at && !(refuse_on && asked > refuse_at))
		return false;
	struck = true;
	errno = ENOMEM;
	return true;
}

/* NAME, and its result when there is no memory. */
#define WRAP(type, name, none, parameters, arguments) \
	type __real_##name parameters;                \
	type __wrap_##name parameters;                \
	type __wrap_##name parameters                 \
	{                                             \
		if (refuses(NO_MEMORY_OURS))          \
			return none;                  \
		return __real_##name arguments;       \
	}

WRAP(void *, malloc, NULL, (size_t size), (size))
WRAP(void *, calloc, NULL, (size_t count, size_t size), (count, size))
WRAP(void *, realloc, NULL, (void *old, size_t size), (old, size))
WRAP(void *, reallocarray, NULL, (void *old, size_t count, size_t size),
     (old, count, size))
WRAP(char *, strdup, NULL, (const char *text), (text))
WRAP(char *, realpath, NULL, (const char *path, char *out), (path, out))
WRAP(char *, getcwd, NULL, (char *out, size_t size), (out, size))
WRAP(void *, mmap, MAP_FAILED,
     (void *at, size_t size, int protection, int flags, int fd, off_t offset),
     (at, size, protection, flags, fd, offset))
WRAP(int, vasprintf, -1, (char **text, const char *format, va_list args),
     (text, format, args))

int __wrap_asprintf(char **text, const char *format, ...);
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...);

int __wrap_asprintf(char **text, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = __wrap_vasprintf(text, format, args);
	va_end(args);
	return len;
}

/* The same, as fortified builds call it. */
int __wrap___asprintf_chk(char **text, int flag, const char *format, ...)
{
	va_list args;
	int len;

	(void)flag;
	va_start(args, format);
	len = __wrap_vasprintf(text, format, args);
	va_end(args);
	return len;
}

/* The simulator's requests meanwhile are granted. */
#define EXEMPT(type, name, parameters, arguments) \
	type __real_##name parameters;            \
	type __wrap_##name parameters;            \
	type __wrap_##name parameters             \
	{                                         \
		type result;                      \
		exempt++;                         \
		result = __real_##name arguments; \
		exempt--;                         \
		return result;                    \
	}

EXEMPT(int, sim_open, (const char *spec, struct sim **sim), (spec, sim))
EXEMPT(int, sim_write,
       (struct sim * sim, uint8_t address, const uint8_t *data, size_t len),
       (sim, address, data, len))
EXEMPT(int, sim_read,
       (struct sim * sim, uint8_t address, uint8_t *data, size_t len),
       (sim, address, data, len))

static void *library_malloc(size_t size)
{
	return refuses(NO_MEMORY_LIBRARIES) ? NULL : __real_malloc(size);
}

void no_memory_begin(enum no_memory_for whose, unsigned long at, bool for_ever)
{
	json_set_alloc_funcs(library_malloc, free);
	refused = whose;
	refuse_at = at;
	refuse_on = for_ever;
	asked = 0;
	struck = false;
}

bool no_memory_end(void)
{
	refused = 0;
	return struck;
}
