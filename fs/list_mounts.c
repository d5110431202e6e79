/* SPDX-License-Identifier: Apache-2.0 */
#include "list_mounts.h"

#include <ctype.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOUNT_TYPE "fuse.nerveskeyfs"

/* The length without an address or options of the simulator. */
static size_t bus_len(const char *device)
{
	const char *colon = strrchr(device, ':');

	if (strncmp(device, "sim:", 4) == 0)
		return strcspn(device, ",");
	if (colon && strncmp(colon, ":0x", 3) == 0)
		return (size_t)(colon - device);
	return strlen(device);
}

void list_bus_name(const char *device, char name[static PATH_MAX])
{
	char bus[PATH_MAX], real[PATH_MAX];
	const char *file = bus;

	snprintf(bus, sizeof(bus), "%.*s", (int)bus_len(device), device);
	if (strncmp(bus, "sim:", 4) == 0) {
		if (realpath(bus + 4, real))
			snprintf(bus, sizeof(bus), "sim:%.*s",
				 (int)sizeof(bus) - 5, real);
	} else if (isdigit((unsigned char)bus[0])) {
		snprintf(bus, sizeof(bus), "i2c-%.*s", (int)sizeof(bus) - 5,
			 device);
		bus[strcspn(bus, ":")] = '\0';
	} else if (bus[0] == '/') {
		if (realpath(bus, real))
			memcpy(bus, real, sizeof(bus));
		if (strrchr(bus, '/'))
			file = strrchr(bus, '/') + 1;
	}
	snprintf(name, PATH_MAX, "%s", file);
}

/* Read a line without its newline. False: there are no more lines. */
static bool read_line(FILE *file, char *line, int size)
{
	if (!fgets(line, size, file))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static FILE *open_in(const struct list_mount *mount, const char *name)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", mount->where, name);
	return fopen(path, "re");
}

static void read_address(struct list_mount *mount)
{
	FILE *file = open_in(mount, "chip/address");
	char line[16];

	if (!file)
		return;
	if (read_line(file, line, sizeof(line)))
		mount->chip.address = (uint8_t)strtoul(line, NULL, 16);
	fclose(file);
}

static void read_status(struct list_mount *mount)
{
	const struct {
		const char *key;
		char *value;
		size_t size;
	} wanted[] = {
		{ "model", mount->chip.part, sizeof(mount->chip.part) },
		{ "chip_serial", mount->chip.serial,
		  sizeof(mount->chip.serial) },
		{ "type", mount->type, sizeof(mount->type) },
		{ "state", mount->state, sizeof(mount->state) },
	};
	FILE *file = open_in(mount, "status");
	char line[1024], *value;

	while (file && read_line(file, line, sizeof(line))) {
		value = strchr(line, '=');
		if (!value)
			continue;
		*value++ = '\0';
		for (size_t i = 0; i < sizeof(wanted) / sizeof(*wanted); i++)
			if (strcmp(line, wanted[i].key) == 0)
				snprintf(wanted[i].value, wanted[i].size, "%s",
					 value);
	}
	if (file)
		fclose(file);
}

/* If the mount cannot be read, the address of DEVICE is known nevertheless. */
static void describe(struct list_mount *mount, const struct mntent *entry)
{
	const char *named = entry->mnt_fsname + bus_len(entry->mnt_fsname);

	memset(mount, 0, sizeof(*mount));
	list_bus_name(entry->mnt_fsname, mount->bus);
	snprintf(mount->where, sizeof(mount->where), "%s", entry->mnt_dir);
	if (*named == ':')
		mount->chip.address = (uint8_t)strtoul(named + 1, NULL, 16);
	read_address(mount);
	read_status(mount);
	mount->chip.type = mount->type;
	mount->chip.state = mount->state;
}

size_t list_mounts(struct list_mount *mounts, size_t max)
{
	FILE *file = setmntent("/proc/self/mounts", "re");
	struct mntent *entry;
	size_t count = 0;

	while (file && count < max && (entry = getmntent(file)))
		if (strcmp(entry->mnt_type, MOUNT_TYPE) == 0)
			describe(&mounts[count++], entry);
	if (file)
		endmntent(file);
	return count;
}
