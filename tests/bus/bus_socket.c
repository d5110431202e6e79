/* SPDX-License-Identifier: Apache-2.0 */
#include "bus_socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define HEADER 4

/* Returns "1" of "/dev/i2c-1" or "/dev/i2c/1". */
static const char *bus_number(const char *path)
{
	static const char *const prefixes[] = { "/dev/i2c-", "/dev/i2c/" };

	for (size_t i = 0; i < 2; i++)
		if (strncmp(path, prefixes[i], strlen(prefixes[i])) == 0)
			return path + strlen(prefixes[i]);
	return NULL;
}

const char *bus_socket(const char *path)
{
	static _Thread_local char
		found[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *number = bus_number(path), *map = getenv("I2C_PRELOAD_BUS");
	size_t len;

	if (!number || !map)
		return NULL;
	len = strlen(number);
	for (; *map; map += *map == ',') {
		size_t entry = strcspn(map, ",");

		if (entry > len && strncmp(map, number, len) == 0 &&
		    map[len] == '=' && entry - len <= sizeof(found)) {
			memcpy(found, map + len + 1, entry - len - 1);
			found[entry - len - 1] = '\0';
			return found;
		}
		map += entry;
	}
	return NULL;
}

int bus_connect(const char *socket_path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err;

	strncpy(address.sun_path, socket_path, sizeof(address.sun_path) - 1);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* A lost server counts as an unplugged adapter. */
static int send_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t done = send(fd, data, len, MSG_NOSIGNAL);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -ENODEV;
		data += done;
		len -= (size_t)done;
	}
	return 0;
}

static int receive_all(int fd, uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t done = recv(fd, data, len, 0);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -ENODEV;
		data += done;
		len -= (size_t)done;
	}
	return 0;
}

/* op(1) addr(1) len(2) [data], then status(1) [data]. */
int bus_exchange(int fd, char op, unsigned int addr, uint8_t *data, size_t len)
{
	const uint8_t header[HEADER] = { (uint8_t)op, (uint8_t)addr,
					 (uint8_t)len, (uint8_t)(len >> 8) };
	uint8_t status;
	int err;

	err = send_all(fd, header, sizeof(header));
	if (err == 0 && op == 'W')
		err = send_all(fd, data, len);
	if (err == 0)
		err = receive_all(fd, &status, 1);
	if (err == 0 && status == 0 && op == 'R')
		err = receive_all(fd, data, len);
	return err < 0 ? err : -status;
}
