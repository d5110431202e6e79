/* SPDX-License-Identifier: Apache-2.0 */
#include "transport.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "text.h"
#include "transport_backends.h"

#define FORMS \
	"/dev/i2c-1, i2c-1 or 1, each with :0x35 for that address, or sim:FILE"

/* The I2C specification reserves the other 7-bit addresses. */
enum { FIRST_ADDRESS = 0x08, LAST_ADDRESS = 0x77 };

/*
 * Takes "0x" and two hex digits. Vendors also write an address with the R/W bit
 * appended: 0xc0 for 0x60. The sentence then names the 7-bit form.
 */
static int parse_address(const char *text, uint8_t *address)
{
	uint8_t value;

	if (strlen(text) != 4 || strncmp(text, "0x", 2) != 0 ||
	    hex_decode(text + 2, &value, 1) < 0 || value < FIRST_ADDRESS)
		return fail_because(
			EINVAL,
			"\"%s\" is not a 7-bit I2C address from 0x08 to "
			"0x77",
			text);
	if (value > LAST_ADDRESS)
		return fail_because(
			EINVAL,
			"\"%s\" is not a 7-bit I2C address from 0x08 to "
			"0x77: in seven bits it is 0x%02x",
			text, value >> 1);
	*address = value;
	return 0;
}

/* A name under /dev/i2c/by-path may hold colons of its own: "...:00:1f.3". */
static int split_address(char *path, bool is_number, uint8_t *address)
{
	char *colon = strrchr(path, ':');

	if (!colon || access(path, F_OK) == 0)
		return 0;
	if (!is_number && colon[1] && strncmp(colon, ":0x", 3) != 0)
		return 0;
	*colon = '\0';
	return parse_address(colon + 1, address);
}

/*
 * The device file is `start`, "/" or the prefix of a number, followed by
 * `rest`. An address may follow.
 */
static int open_i2c(const char *start, const char *rest, struct transport **bus)
{
	uint8_t address = 0;
	char path[256];
	int len, err;

	len = snprintf(path, sizeof(path), "%s%s", start, rest);
	if (len < 0 || (size_t)len >= sizeof(path))
		return fail_because(EINVAL, "DEVICE has more than %zu bytes",
				    sizeof(path) - 1);
	err = split_address(path, start[1] != '\0', &address);
	return err < 0 ? err : transport_i2c_open(path, address, bus);
}

static int open_path(const char *rest, struct transport **bus)
{
	return open_i2c("/", rest, bus);
}

static int open_number(const char *rest, struct transport **bus)
{
	size_t digits = strspn(rest, "0123456789");

	if (digits == 0 || (rest[digits] != '\0' && rest[digits] != ':') ||
	    strchr(rest, ':') != strrchr(rest, ':'))
		return fail_because(EINVAL,
				    "DEVICE has to be " FORMS "; this is not: "
				    "\"%s\"",
				    rest);
	return open_i2c("/dev/i2c-", rest, bus);
}

#ifndef NK_SIM
int transport_sim_open(const char *spec, struct transport **bus)
{
	(void)bus;
	return fail_because(EOPNOTSUPP,
			    "sim:%s: this program was built without the "
			    "simulator (NK_SIM=OFF)",
			    spec);
}
#endif

/* The first matching prefix wins; `open` gets the rest of DEVICE. */
static const struct backend {
	const char *prefix;
	int (*open)(const char *rest, struct transport **bus);
} backends[] = {
	{ "sim:", transport_sim_open },
	{ "/", open_path },
	{ "i2c-", open_number },
	{ "", open_number },
};

int transport_open(const char *device, struct transport **bus)
{
	const struct backend *backend = backends;

	while (strncmp(device, backend->prefix, strlen(backend->prefix)) != 0)
		backend++;
	return backend->open(device + strlen(backend->prefix), bus);
}

void transport_close(struct transport *bus)
{
	bus->ops->close(bus);
}
