/* SPDX-License-Identifier: Apache-2.0 */
#include "adapter.h"

#include <errno.h>
#include <linux/i2c.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bus_socket.h"

#define LONG_READ 60
#define ADDRESSES 128

enum no_nak { READS = 1, LONG_READS = 2, WRITES = 4 };

/* Answers to a quick write other than errnos. */
enum { QUICK_WORKS, QUICK_SUCCEEDS, QUICK_ANYTHING };

static struct {
	int nak;     /* errno; 0: the bus's own */
	int no_nak;  /* flags of enum no_nak */
	int quick;   /* a negative errno, or one of the above */
	int general; /* errno of address 0; 0: allowed */
	bool no_quick;
	unsigned long percent, every, fail_ms;
	uint64_t random;
	char dead[256], writes[256];
	bool foreign[ADDRESSES], held[ADDRESSES];
} traits = { .random = 1 };

static unsigned long transfers;

static const struct {
	const char *name;
	int value;
} words[] = {
	{ "ENXIO", ENXIO },
	{ "EREMOTEIO", EREMOTEIO },
	{ "EIO", EIO },
	{ "ETIMEDOUT", ETIMEDOUT },
	{ "EOPNOTSUPP", EOPNOTSUPP },
	{ "EINVAL", EINVAL },
	{ "EPROTO", EPROTO },
};

static _Noreturn void refuse(const char *what)
{
	fprintf(stderr, "I2C_PRELOAD_ADAPTER: %s?\n", what);
	_Exit(EXIT_FAILURE);
}

static int errno_of(const char *name)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, name) == 0)
			return words[i].value;
	refuse(name);
}

static unsigned long number_of(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 0);

	if (*end || end == text)
		refuse(text);
	return number;
}

static void set_nak(const char *value)
{
	traits.nak = errno_of(value);
}

static void set_no_nak(const char *value)
{
	if (strcmp(value, "reads") == 0)
		traits.no_nak = READS;
	else if (strcmp(value, "long-reads") == 0)
		traits.no_nak = LONG_READS;
	else if (strcmp(value, "writes") == 0)
		traits.no_nak = WRITES;
	else if (strcmp(value, "all") == 0)
		traits.no_nak = READS | WRITES;
	else
		refuse(value);
}

static void set_quick(const char *value)
{
	if (strcmp(value, "success") == 0)
		traits.quick = QUICK_SUCCEEDS;
	else if (strcmp(value, "anything") == 0)
		traits.quick = QUICK_ANYTHING;
	else
		traits.quick = -errno_of(value);
}

static void set_no_quick(const char *value)
{
	(void)value;
	traits.no_quick = true;
}

static void set_general(const char *value)
{
	traits.general = errno_of(value);
}

static void set_errors(const char *value)
{
	traits.percent = number_of(value);
}

static void set_seed(const char *value)
{
	traits.random = number_of(value) * 2 + 1;
}

static void set_every(const char *value)
{
	traits.every = number_of(value);
}

static void set_fail_ms(const char *value)
{
	traits.fail_ms = number_of(value);
}

static void set_dead(const char *value)
{
	snprintf(traits.dead, sizeof(traits.dead), "%s", value);
}

static void set_writes(const char *value)
{
	snprintf(traits.writes, sizeof(traits.writes), "%s", value);
}

static void set_addresses(const char *list, bool *set)
{
	char copy[128], *rest = copy, *one;

	snprintf(copy, sizeof(copy), "%s", list);
	while ((one = strsep(&rest, "+")))
		set[number_of(one) % ADDRESSES] = true;
}

static void set_foreign(const char *value)
{
	set_addresses(value, traits.foreign);
}

static void set_held(const char *value)
{
	set_addresses(value, traits.held);
}

static const struct {
	const char *name;
	void (*set)(const char *value);
} table[] = {
	{ "nak", set_nak },	      { "no-nak", set_no_nak },
	{ "quick", set_quick },	      { "general", set_general },
	{ "no-quick", set_no_quick }, { "errors", set_errors },
	{ "seed", set_seed },	      { "every", set_every },
	{ "fail-ms", set_fail_ms },   { "dead", set_dead },
	{ "foreign", set_foreign },   { "writes", set_writes },
	{ "held", set_held },
};

static void set_trait(char *text)
{
	char *value = strchr(text, '=');

	if (value)
		*value++ = '\0';
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].name, text) == 0) {
			table[i].set(value ? value : "");
			return;
		}
	refuse(text);
}

void adapter_set(const char *text)
{
	char copy[512], *rest = copy, *one;

	memset(&traits, 0, sizeof(traits));
	traits.random = 1;
	transfers = 0;
	snprintf(copy, sizeof(copy), "%s", text);
	while ((one = strsep(&rest, ",")))
		if (*one)
			set_trait(one);
}

static void set_from_variable(void)
{
	const char *text = getenv("I2C_PRELOAD_ADAPTER");

	if (text)
		adapter_set(text);
}

static void know_traits(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, set_from_variable);
}

/* Returns a number from 0 to `range` - 1 (xorshift). */
static unsigned int draw(unsigned int range)
{
	traits.random ^= traits.random << 13;
	traits.random ^= traits.random >> 7;
	traits.random ^= traits.random << 17;
	return (unsigned int)(traits.random >> 32) % range;
}

static void take_ms(unsigned long ms)
{
	struct timespec time = { .tv_sec = (time_t)(ms / 1000),
				 .tv_nsec = (long)(ms % 1000) * 1000000 };

	if (ms)
		nanosleep(&time, NULL);
}

void adapter_fail_slowly(void)
{
	take_ms(traits.fail_ms);
}

bool adapter_holds(unsigned int addr)
{
	know_traits();
	return traits.held[addr];
}

unsigned long adapter_functions(void)
{
	unsigned long all = I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;

	know_traits();
	return traits.no_quick ? all & ~(unsigned long)I2C_FUNC_SMBUS_QUICK
			       : all;
}

static bool is_dead(void)
{
	FILE *file = traits.dead[0] ? fopen(traits.dead, "re") : NULL;
	unsigned long ms = 0;

	if (!file)
		return false;
	if (fscanf(file, "%lu", &ms) == 1)
		take_ms(ms);
	fclose(file);
	return true;
}

static int quick_answer(void)
{
	static const int answers[] = {
		0,    -ENXIO,	  -EREMOTEIO, -EINVAL,
		-EIO, -ETIMEDOUT, -EPROTO,    -EOPNOTSUPP
	};

	if (traits.quick == QUICK_SUCCEEDS)
		return 0;
	if (traits.quick == QUICK_ANYTHING)
		return answers[draw(sizeof(answers) / sizeof(answers[0]))];
	return traits.quick;
}

/* Acknowledges every write; nothing reaches the bus. */
static int foreign_device(char op, unsigned int addr, uint8_t *data, size_t len)
{
	FILE *file;

	if (op == 'R') {
		memset(data, 0xff, len);
		return 0;
	}
	file = traits.writes[0] ? fopen(traits.writes, "ae") : NULL;
	if (!file)
		return 0;
	fprintf(file, "0x%02x:", addr);
	for (size_t i = 0; i < len; i++)
		fprintf(file, " %02x", data[i]);
	fprintf(file, "\n");
	fclose(file);
	return 0;
}

/* Turns a NAK into the adapter's report. `err` is the bus's error. */
static int report(char op, uint8_t *data, size_t len, int err)
{
	int silent = op == 'W'	       ? WRITES
		     : len > LONG_READ ? READS | LONG_READS
				       : READS;

	if (err != -ENXIO && err != -EREMOTEIO)
		return err;
	if (traits.no_nak & silent) {
		if (op == 'R')
			memset(data, 0xff, len);
		return 0;
	}
	return traits.nak ? -traits.nak : err;
}

static int on_bus(int fd, char op, unsigned int addr, uint8_t *data, size_t len)
{
	if (op == 'W' && len == 0 && traits.quick != QUICK_WORKS)
		return quick_answer();
	if (op == 'W' && addr == 0 && traits.general)
		return -traits.general;
	if (traits.foreign[addr])
		return foreign_device(op, addr, data, len);
	return report(op, data, len, bus_exchange(fd, op, addr, data, len));
}

/* Returns a random error, or 0. -ENODEV is always reported. */
static int random_error(int err)
{
	static const int errors[] = { -EIO, -EREMOTEIO, -ETIMEDOUT };

	return err == -ENODEV ? err : errors[draw(3)];
}

int adapter_transfer(int fd, char op, unsigned int addr, uint8_t *data,
		     size_t len)
{
	int err;

	know_traits();
	if (is_dead())
		return -ETIMEDOUT;
	transfers++;
	if (traits.every && transfers % traits.every == 0)
		return -EIO;
	if (draw(100) >= traits.percent)
		return on_bus(fd, op, addr, data, len);
	err = draw(2) ? on_bus(fd, op, addr, data, len) : 0;
	return random_error(err);
}
