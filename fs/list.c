/* SPDX-License-Identifier: Apache-2.0 */
#include "list.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "list_mounts.h"
#include "log.h"

#define CLASS "/sys/class/i2c-dev"

enum { MOUNTS_MAX = 64 };

struct list {
	bool json;
	unsigned int chips; /* printed */
	char bus[PATH_MAX];
	struct list_mount *mounts;
	size_t mount_count;
};

/* A path may have quotes and backslashes. */
static void print_json(const char *name, const char *value, const char *end)
{
	printf("\"%s\": \"", name);
	for (; *value; value++) {
		if ((unsigned char)*value < ' ')
			printf("\\u%04x", *value);
		else
			printf(*value == '"' || *value == '\\' ? "\\%c" : "%c",
			       *value);
	}
	printf("\"%s", end);
}

static void print_json_chip(struct list *list, const struct survey_chip *chip,
			    const char *address, const char *where)
{
	fputs(list->chips > 0 ? ",\n {" : "\n {", stdout);
	print_json("bus", list->bus, ", ");
	print_json("address", address, ", ");
	print_json("model", chip->part, ", ");
	print_json("chip_serial", chip->serial, ", ");
	print_json("type", chip->type, ", ");
	print_json("state", chip->state, where ? ", " : "");
	if (where)
		print_json("mounted_at", where, "");
	putchar('}');
}

static const char *or_dash(const char *text)
{
	return *text ? text : "-";
}

static void print_chip(struct list *list, const struct survey_chip *chip,
		       const char *where)
{
	char address[8] = "";

	if (chip->address)
		snprintf(address, sizeof(address), "0x%02x", chip->address);
	if (list->json)
		print_json_chip(list, chip, address, where);
	else
		printf("%s %s %s %s %s %s%s%s\n", list->bus, or_dash(address),
		       or_dash(chip->part), or_dash(chip->serial),
		       or_dash(chip->type), or_dash(chip->state),
		       where ? " mounted at " : "", where ? where : "");
	list->chips++;
}

static void found(void *context, const struct survey_chip *chip)
{
	if (chip)
		print_chip(context, chip, NULL);
	else
		log_write(LOG_LEVEL_WARNING, "%s", fail_reason());
}

/* Print the mounts of this bus, and set the addresses of their chips. */
static size_t print_mounts(struct list *list, uint8_t *addresses)
{
	size_t count = 0;

	for (size_t i = 0; i < list->mount_count; i++) {
		const struct list_mount *mount = &list->mounts[i];

		if (strcmp(mount->bus, list->bus) != 0)
			continue;
		print_chip(list, &mount->chip, mount->where);
		addresses[count++] = mount->chip.address;
	}
	return count;
}

/* Opening would create a missing file, so check that it exists. */
static int check_file(const char *device)
{
	char name[PATH_MAX];

	if (strncmp(device, "sim:", 4) != 0)
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(device + 4, ","),
		 device + 4);
	return access(name, R_OK) == 0
		       ? 0
		       : fail_because(errno, "%s: %s", name, strerror(errno));
}

static int list_bus(struct list *list, const char *device)
{
	uint8_t addresses[MOUNTS_MAX];
	size_t count;
	int err;

	list_bus_name(device, list->bus);
	err = check_file(device);
	if (err < 0)
		return err;
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
	list.mounts = calloc(MOUNTS_MAX, sizeof(*list.mounts));
	if (!list.mounts)
		return -ENOMEM;
	list.mount_count = list_mounts(list.mounts, MOUNTS_MAX);
	if (list.json)
		putchar('[');
	err = *arguments ? list_named(&list, arguments) : list_all(&list);
	if (list.json)
		puts(list.chips ? "\n]" : "]");
	free(list.mounts);
	return err;
}
