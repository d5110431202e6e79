/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An adapter that takes up to five seconds to fail a transfer, from each
 * transfer of each operation on: the operation ends with its deadline, the
 * transfer that was under way, and the one that puts the chip to sleep. Times
 * are those of the bus's own clock.
 */
#include "key_bench.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "error.h"
#include "transport_backends.h"

#define NEVER UINT_MAX

/* A simulated bus that ends as a bad one. */
struct slow {
	struct transport bus, *real;
	unsigned int us; /* what a failing transfer takes */
	unsigned int transfers, bad_from;
};

static struct slow slow;
static size_t cells;
static uint64_t worst_us; /* beyond a deadline */

/* Whether this transfer fails; it has taken its time then. */
static bool fails(void)
{
	if (++slow.transfers < slow.bad_from)
		return false;
	slow.real->ops->wait_us(slow.real, slow.us);
	return true;
}

static int slow_wake(struct transport *bus, uint8_t answer[static 4])
{
	(void)bus;
	return fails() ? -ETIMEDOUT : slow.real->ops->wake(slow.real, answer);
}

static int slow_send(struct transport *bus, const uint8_t *packet, size_t len)
{
	(void)bus;
	return fails() ? -ETIMEDOUT
		       : slow.real->ops->send(slow.real, packet, len);
}

static ssize_t slow_receive(struct transport *bus, uint8_t *packet, size_t max)
{
	(void)bus;
	return fails() ? -ETIMEDOUT
		       : slow.real->ops->receive(slow.real, packet, max);
}

static int slow_word(struct transport *bus, enum word word)
{
	(void)bus;
	return fails() ? -ETIMEDOUT : slow.real->ops->word(slow.real, word);
}

static int slow_set_address(struct transport *bus, uint8_t address)
{
	bus->address = address;
	return slow.real->ops->set_address(slow.real, address);
}

static void slow_wait_us(struct transport *bus, unsigned int us)
{
	(void)bus;
	slow.real->ops->wait_us(slow.real, us);
}

static uint64_t slow_now_us(struct transport *bus)
{
	(void)bus;
	return slow.real->ops->now_us(slow.real);
}

static void slow_close(struct transport *bus)
{
	(void)bus;
	slow.real->ops->close(slow.real);
}

static const struct transport_ops slow_ops = {
	.wake = slow_wake,
	.send = slow_send,
	.receive = slow_receive,
	.word = slow_word,
	.set_address = slow_set_address,
	.wait_us = slow_wait_us,
	.now_us = slow_now_us,
	.close = slow_close,
};

/* Replaces that of transport.c: the linker takes the first one it finds. */
int transport_open(const char *device, struct transport **bus)
{
	int err = transport_sim_open(device + strlen("sim:"), &slow.real);

	if (err < 0)
		return err;
	slow.bus = (struct transport){ .ops = &slow_ops, .name = "slow" };
	*bus = &slow.bus;
	return 0;
}

void transport_close(struct transport *bus)
{
	bus->ops->close(bus);
}

static int do_long_random(struct nerveskey *key)
{
	uint8_t random[256];

	return served(key, nerveskey_random(key, random, sizeof(random)));
}

static int do_chain(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_CHAIN);
}

static int do_request(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_REQUEST);
}

static int do_slot(struct nerveskey *key)
{
	uint8_t data[NERVESKEY_SLOT_SIZE] = { 1, 2, 3 };

	return served(key, nerveskey_slot_put(key, 2, 0, data, sizeof(data)));
}

static const struct operation_row {
	const char *name, *image;
	int (*run)(struct nerveskey *key);
	unsigned int deadline_ms;
} rows[] = {
	{ "sign", "608b-provisioned", do_sign, 5000 },
	{ "sign on a 508A", "508a-provisioned", do_sign, 5000 },
	{ "random", "608b-provisioned", do_long_random, 8000 },
	{ "chain.pem", "608b-provisioned", do_chain, 5000 },
	{ "device.csr", "608b-provisioned", do_request, 5000 },
	{ "status", "608b-provisioned", do_status, 5000 },
	{ "a slot", "608b-provisioned", do_slot, 4000 },
	{ "a setting", "608b-settings-aux", do_put_server, 15000 },
	{ "provision", "608b-factory", do_provision, 60000 },
};

/* What it takes when transfers fail from number `from` on. */
static uint64_t try_from(const struct operation_row *row, unsigned int from,
			 int *err)
{
	struct nerveskey *key;
	uint64_t began;

	bench_place(bench_chip, row->image);
	slow.transfers = 0;
	slow.bad_from = NEVER;
	key = bench_must_open("");
	slow.transfers = 0;
	slow.bad_from = from;
	began = slow_now_us(&slow.bus);
	*err = row->run(key);
	began = slow_now_us(&slow.bus) - began;
	nerveskey_close(key);
	return began;
}

/* The time of the chip itself, which no adapter causes. */
#define GRACE_US 150000
/* By then it sleeps by itself, and is not told to any more. */
#define WATCHDOG_US 1700000

static void try_adapter(const struct operation_row *row, unsigned int from,
			unsigned int slow_us)
{
	uint64_t most = slow_us + (slow_us < WATCHDOG_US ? slow_us : 0);
	uint64_t took, late;
	int err;

	slow.us = slow_us;
	took = try_from(row, from, &err);
	late = took > row->deadline_ms * 1000ull
		       ? took - row->deadline_ms * 1000ull
		       : 0;
	if (err != -ENODEV && err != -ETIMEDOUT && err != -EIO && err != 0)
		fail_msg("%s from %u on: %s: %s", row->name, from,
			 errno_name(err), fail_reason());
	if (late > most + GRACE_US)
		fail_msg("%s from %u on: %.1f s", row->name, from,
			 (double)took / 1e6);
	if (late > worst_us)
		worst_us = late;
	cells++;
}

static void try_row(void **state)
{
	static const unsigned int adapters[] = { 700000, 5000000 };
	const struct operation_row *row = *state;
	unsigned int transfers, step;
	int err;

	try_from(row, NEVER, &err);
	assert_int_equal(err, 0);
	transfers = slow.transfers;
	step = transfers > 100 ? 7 : 1; /* provisioning repeats itself */
	for (size_t i = 0; i < sizeof(adapters) / sizeof(*adapters); i++)
		for (unsigned int from = 1; from <= transfers; from += step)
			try_adapter(row, from, adapters[i]);
}

static int end(void **state)
{
	printf("# slow bus: %zu cells, at most %.1f s beyond a deadline\n",
	       cells, (double)worst_us / 1e6);
	return bench_end(state);
}

int main(void)
{
	enum { ROWS = sizeof(rows) / sizeof(*rows) };
	struct CMUnitTest tests[ROWS];

	for (size_t i = 0; i < ROWS; i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = try_row,
			.initial_state = (void *)&rows[i],
		};
	return _cmocka_run_group_tests("slow bus", tests, ROWS, bench_begin,
				       end);
}
