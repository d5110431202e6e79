/* SPDX-License-Identifier: Apache-2.0 */
#include "list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "log.h"
#include "survey.h"

#define CLASS	   "/sys/class/i2c-dev"
#define MOUNT_TYPE "fuse.nerveskeyfs"

enum { ADDRESSES_MAX = 128, VALUE_SIZE = 64 };

/* What is said of a chip. Those from MODEL to STATE are keys of status, too. */
enum { BUS, ADDRESS, MODEL, CHIP_SERIAL, TYPE, STATE, MOUNTED_AT, COLUMNS };

static const char *const columns[] = {
	[BUS] = "bus",
	[ADDRESS] = "address",
	[MODEL] = "model",
	[CHIP_SERIAL] = "chip_serial",
	[TYPE] = "type",
	[STATE] = "state",
	[MOUNTED_AT] = "mounted_at",
};

struct list {
	bool json;
	unsigned int chips; /* printed */
	char bus[PATH_MAX + 8];
};

/* A path may have quotes and backslashes. */
static void print_json(const char *value)
{
	for (; *value; value++) {
		if ((unsigned char)*value < ' ')
			printf("\\u%04x", *value);
		else
			printf(*value == '"' || *value == '\\' ? "\\%c" : "%c",
			       *value);
	}
}

/* Only the place of a mount may be NULL. */
static void print_chip(struct list *list, const char *const text[COLUMNS])
{
	if (list->json)
		fputs(list->chips > 0 ? ",\n {" : "\n {", stdout);
	for (int i = BUS; i < COLUMNS && text[i]; i++) {
		if (list->json) {
			printf("%s\"%s\": \"", i > BUS ? ", " : "", columns[i]);
			print_json(text[i]);
			putchar('"');
		} else {
			printf("%s%s", i > BUS ? " " : "",
			       i == MOUNTED_AT ? "mounted at " : "");
			fputs(*text[i] ? text[i] : "-", stdout);
		}
	}
	fputs(list->json ? "}" : "\n", stdout);
	list->chips++;
}

static void found(void *context, const struct survey_chip *chip)
{
	struct list *list = context;
	char address[8];

	if (!chip) {
		log_write(LOG_LEVEL_WARNING, "%s", fail_reason());
		return;
	}
	snprintf(address, sizeof(address), "0x%02x", chip->address);
	print_chip(list, (const char *[COLUMNS]){ list->bus, address,
						  chip->part, chip->serial,
						  chip->type, chip->state });
}

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

/* Sets `name` to "i2c-1", however DEVICE spells it, or to "sim:FILE". */
static void name_bus(const char *device, char *name, size_t size)
{
	bool is_sim = strncmp(device, "sim:", 4) == 0;
	char bus[PATH_MAX], real[PATH_MAX];
	const char *path = is_sim ? bus + 4 : bus;

	snprintf(bus, sizeof(bus), "%.*s", (int)bus_len(device), device);
	if ((is_sim || bus[0] == '/') && realpath(path, real))
		path = real;
	if (!is_sim && strrchr(path, '/'))
		path = strrchr(path, '/') + 1;
	snprintf(name, size, "%s%s",
		 is_sim				 ? "sim:"
		 : isdigit((unsigned char)*path) ? "i2c-"
						 : "",
		 path);
}

/* Reads a line without its newline. False: there are no more lines. */
static bool read_line(FILE *file, char *line, int size)
{
	if (!file || !fgets(line, size, file))
		return false;
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static FILE *open_in(const char *where, const char *name)
{
	char path[PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", where, name);
	return fopen(path, "re");
}

/* Values stay empty if the mount cannot be read. */
static void read_mount(const char *where, char value[COLUMNS][VALUE_SIZE])
{
	FILE *file = open_in(where, "chip/address");
	char line[1024];

	read_line(file, value[ADDRESS], VALUE_SIZE);
	if (file)
		fclose(file);
	file = open_in(where, "status");
	while (read_line(file, line, sizeof(line)))
		for (int i = MODEL; i <= STATE; i++) {
			size_t len = strlen(columns[i]);

			if (strncmp(line, columns[i], len) == 0 &&
			    line[len] == '=')
				snprintf(value[i], VALUE_SIZE, "%s",
					 line + len + 1);
		}
	if (file)
		fclose(file);
}

/* Print a mounted chip without using it. Returns its address. */
static uint8_t print_mount(struct list *list, const struct mntent *entry)
{
	/* If the mount cannot be read, DEVICE may have an address. */
	const char *named = entry->mnt_fsname + bus_len(entry->mnt_fsname);
	char value[COLUMNS][VALUE_SIZE] = { 0 };

	if (*named == ':')
		snprintf(value[ADDRESS], VALUE_SIZE, "%s", named + 1);
	read_mount(entry->mnt_dir, value);
	print_chip(list, (const char *[COLUMNS]){
				 list->bus, value[ADDRESS], value[MODEL],
				 value[CHIP_SERIAL], value[TYPE], value[STATE],
				 entry->mnt_dir });
	return (uint8_t)strtoul(value[ADDRESS], NULL, 16);
}

/* Print the mounts of this bus, and set the addresses of their chips. */
static size_t print_mounts(struct list *list, uint8_t *addresses)
{
	FILE *file = setmntent("/proc/self/mounts", "re");
	char bus[sizeof(list->bus)];
	struct mntent *entry;
	size_t count = 0;

	while (file && count < ADDRESSES_MAX && (entry = getmntent(file))) {
		if (strcmp(entry->mnt_type, MOUNT_TYPE) != 0)
			continue;
		name_bus(entry->mnt_fsname, bus, sizeof(bus));
		if (strcmp(bus, list->bus) == 0)
			addresses[count++] = print_mount(list, entry);
	}
	if (file)
		endmntent(file);
	return count;
}

static int list_bus(struct list *list, const char *device)
{
	uint8_t addresses[ADDRESSES_MAX];
	size_t count;

	name_bus(device, list->bus, sizeof(list->bus));
	/* Opening would create a missing file. */
	if (strncmp(list->bus, "sim:", 4) == 0 &&
	    access(list->bus + 4, R_OK) < 0)
		return fail_because(errno, "%s: %s", list->bus + 4,
				    strerror(errno));
	count = print_mounts(list, addresses);
	return survey_bus(device, addresses, count, found, list);
}

/* Adapters for the machine's own devices, by words in their names. */
static const struct {
	const char *word, *what;
} others[] = {
	{ "smbus", "SMBus" },	     { "ddc", "a display's" },
	{ "gmbus", "a display's" },  { "dpmst", "a display's" },
	{ "aux", "a display's" },    { "hdmi", "a display's" },
	{ "amdgpu", "a display's" }, { "nvidia", "a display's" },
	{ "nvkm", "a display's" },
};

static const char *whose(const char *name)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strcasestr(name, others[i].word))
			return others[i].what;
	return NULL;
}

/* Whether the bus is left out; then log why. */
static bool is_left_out(const char *bus)
{
	char path[300], name[128] = "";
	const char *what;
	FILE *file;

	snprintf(path, sizeof(path), CLASS "/%s/name", bus);
	file = fopen(path, "re");
	if (file && fgets(name, sizeof(name), file))
		name[strcspn(name, "\n")] = '\0';
	if (file)
		fclose(file);
	what = whose(name);
	if (what)
		log_write(LOG_LEVEL_WARNING,
			  "%s is left out: its adapter (%s) is %s; name the "
			  "bus to look at it",
			  bus, name, what);
	return what != NULL;
}

static int is_bus(const struct dirent *entry)
{
	return strncmp(entry->d_name, "i2c-", 4) == 0;
}

/* Go on after a bus that cannot be looked at. */
static int list_all(struct list *list)
{
	struct dirent **entries;
	int count = scandir(CLASS, &entries, is_bus, versionsort);

	if (count <= 0)
		return fail_because(
			ENODEV, "there is no I2C bus in " CLASS ": is one "
				"switched on and the module i2c-dev loaded?");
	for (int i = 0; i < count; i++) {
		if (!is_left_out(entries[i]->d_name) &&
		    list_bus(list, entries[i]->d_name) < 0)
			found(list, NULL);
		free(entries[i]);
	}
	free(entries);
	return 0;
}

static int list_named(struct list *list, char **devices)
{
	int err = 0;

	for (; *devices && err == 0; devices++)
		err = list_bus(list, *devices);
	return err;
}

/* Remove the options from `arguments`. -EINVAL: an unknown option. */
static int take_options(struct list *list, char **arguments)
{
	char **kept = arguments;

	for (; *arguments; arguments++) {
		if (strcmp(*arguments, "--json") == 0)
			list->json = true;
		else if (**arguments == '-')
			return fail_because(EINVAL,
					    "%s: --list takes --json and buses",
					    *arguments);
		else
			*kept++ = *arguments;
	}
	*kept = NULL;
	return 0;
}

int list_chips(char **arguments)
{
	struct list list = { 0 };
	int err;

	err = take_options(&list, arguments);
	if (err < 0)
		return err;
	if (list.json)
		putchar('[');
	err = *arguments ? list_named(&list, arguments) : list_all(&list);
	if (list.json)
		puts(list.chips ? "\n]" : "]");
	return err;
}
