/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel does not report who holds an open file description lock. But
 * /proc/PID/fdinfo lists the locks of each descriptor, to root and to the owner
 * of the process, and /proc/PID/mounts lists its mounts.
 */
#include "holder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"

#define MOUNT_TYPE "fuse.nerveskeyfs"

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return S_ISCHR(a->st_mode)
		       ? S_ISCHR(b->st_mode) && a->st_rdev == b->st_rdev
		       : a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Sets `text` to the start of /proc/PID/NAME, and NULs. Returns its length. */
static size_t read_proc(int pid, const char *name, char *text, size_t size)
{
	char path[64];
	size_t len = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	memset(text, 0, size);
	file = fopen(path, "re");
	if (file) {
		len = fread(text, 1, size - 1, file);
		fclose(file);
	}
	return len;
}

/* A line is "lock:	1: OFDLCK ADVISORY  WRITE -1 00:05:123 96 96". */
static bool has_lock(int pid, const char *fd, long place)
{
	char name[32], text[4096];
	const char *line = text;
	long first;

	snprintf(name, sizeof(name), "fdinfo/%.16s", fd);
	read_proc(pid, name, text, sizeof(text));
	while ((line = strstr(line, "lock:"))) {
		line += strlen("lock:");
		if (sscanf(line, "%*s %*s %*s %*s %*s %*s %ld", &first) == 1 &&
		    (place == HOLDER_ANY || place == first))
			return true;
	}
	return false;
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

/* Finds the mount of process `pid` whose source is one of its arguments. */
static bool find_mount(int pid, char *where, size_t size)
{
	char path[64], arguments[4096];
	size_t len = read_proc(pid, "cmdline", arguments, sizeof(arguments));
	struct mntent *entry;
	bool found = false;
	FILE *mounts;

	snprintf(path, sizeof(path), "/proc/%d/mounts", pid);
	mounts = setmntent(path, "re");
	while (mounts && !found && (entry = getmntent(mounts))) {
		if (strcmp(entry->mnt_type, MOUNT_TYPE) != 0)
			continue;
		for (size_t at = 0; at < len && !found;
		     at += strlen(arguments + at) + 1)
			found = strcmp(arguments + at, entry->mnt_fsname) == 0;
		if (found)
			snprintf(where, size, "%s", entry->mnt_dir);
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

static bool is_elsewhere(int pid)
{
	struct stat theirs, ours;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", pid);
	return stat(path, &theirs) == 0 &&
	       stat("/proc/self/ns/mnt", &ours) == 0 &&
	       theirs.st_ino != ours.st_ino;
}

static void describe(int pid, char text[static HOLDER_TEXT])
{
	char name[32], where[160] = "";
	bool mounted = find_mount(pid, where, sizeof(where));

	read_proc(pid, "comm", name, sizeof(name));
	name[strcspn(name, "\n")] = '\0';
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
