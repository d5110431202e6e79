/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel does not report who holds an open file description lock. But
 * /proc/PID/fdinfo lists the locks of each descriptor, to root and to the owner
 * of the process, and /proc/PID/mountinfo lists its mounts.
 */
#include "holder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"

#define MOUNT_TYPE "fuse.nerveskeyfs"

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return S_ISCHR(a->st_mode)
		       ? S_ISCHR(b->st_mode) && a->st_rdev == b->st_rdev
		       : a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* "lock:	1: OFDLCK  ADVISORY  WRITE -1 00:05:123 96 96" */
static bool is_lock_at(const char *line, long place)
{
	char *end;
	const char *last;
	long first;

	if (strncmp(line, "lock:", 5) != 0)
		return false;
	if (place == HOLDER_ANY)
		return true;
	last = strrchr(line, ' ');
	if (!last)
		return false;
	while (last > line && last[-1] != ' ')
		last--;
	first = strtol(last, &end, 10);
	return end != last && first == place;
}

static bool has_lock(int pid, const char *fd, long place)
{
	char path[64], line[256];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.16s", pid, fd);
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file))
		found = is_lock_at(line, place);
	if (file)
		fclose(file);
	return found;
}

/* Whether process `pid` has such a lock on the file. */
static bool is_holder(int pid, const struct stat *wanted, long place)
{
	char path[64];
	struct dirent *entry;
	struct stat file;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	dir = opendir(path);
	while (dir && !found && (entry = readdir(dir)))
		found = isdigit((unsigned char)entry->d_name[0]) &&
			fstatat(dirfd(dir), entry->d_name, &file, 0) == 0 &&
			is_same_file(wanted, &file) &&
			has_lock(pid, entry->d_name, place);
	if (dir)
		closedir(dir);
	return found;
}

static bool has_argument(int pid, const char *text)
{
	char path[64], arguments[4096];
	bool found = false;
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(arguments, 1, sizeof(arguments) - 1, file);
	fclose(file);
	arguments[len] = '\0';
	for (size_t at = 0; at < len && !found;
	     at += strlen(arguments + at) + 1)
		found = strcmp(arguments + at, text) == 0;
	return found;
}

/* Finds the mount of process `pid` whose source is one of its arguments. */
static bool find_mount(int pid, char *where, size_t size)
{
	char path[64], line[1024], point[512], type[64], source[256];
	bool found = false;
	const char *rest;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/mountinfo", pid);
	file = fopen(path, "re");
	while (file && !found && fgets(line, sizeof(line), file)) {
		rest = strstr(line, " - ");
		if (!rest ||
		    sscanf(line, "%*s %*s %*s %*s %511s", point) != 1 ||
		    sscanf(rest + 3, "%63s %255s", type, source) != 2)
			continue;
		found = strcmp(type, MOUNT_TYPE) == 0 &&
			has_argument(pid, source);
	}
	if (file)
		fclose(file);
	if (found)
		snprintf(where, size, "%.*s", (int)size - 1, point);
	return found;
}

static bool is_elsewhere(int pid)
{
	char path[64], theirs[64] = "", ours[64] = "";

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	if (readlink(path, theirs, sizeof(theirs) - 1) < 0 ||
	    readlink("/proc/self/ns/mnt", ours, sizeof(ours) - 1) < 0)
		return false;
	return strcmp(theirs, ours) != 0;
}

static void describe(int pid, char text[static HOLDER_TEXT])
{
	char path[64], name[32] = "", where[160] = "";
	bool mounted;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	if (file && fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
	mounted = find_mount(pid, where, sizeof(where));
	snprintf(text, HOLDER_TEXT, "process %d (%s)%s%s%s", pid, name,
		 mounted ? ", mounted at " : "", where,
		 is_elsewhere(pid) ? " in another mount namespace" : "");
}

void holder_describe(const char *path, long place,
		     char text[static HOLDER_TEXT])
{
	struct dirent *entry;
	struct stat wanted;
	bool found = false;
	DIR *proc;

	snprintf(text, HOLDER_TEXT,
		 "another process, which cannot be seen from here (another "
		 "user's, or in a container)");
	if (stat(path, &wanted) < 0)
		return;
	proc = opendir("/proc");
	while (proc && !found && (entry = readdir(proc))) {
		int pid = atoi(entry->d_name);

		found = pid > 0 && is_holder(pid, &wanted, place);
		if (found)
			describe(pid, text);
	}
	if (proc)
		closedir(proc);
}

int holder_refuse(const char *spec)
{
	char file[512], holder[HOLDER_TEXT];

	snprintf(file, sizeof(file), "%.*s", (int)strcspn(spec, ","), spec);
	holder_describe(file, HOLDER_ANY, holder);
	return fail_because(EBUSY, "%s is in use by %s", file, holder);
}
