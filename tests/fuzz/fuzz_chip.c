/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that a mount does, with a chip whose replies are from the input. The
 * first byte chooses the golden chip that it seems to be, the next six the
 * operations, the rest the result of each transfer: see hostile_chip.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "certificate.h"
#include "hostile_chip.h"
#include "chip_settings.h"
#include "free_slots.h"
#include "look.h"
#include "nerveskey.h"
#include "provision_files.h"
#include "sign.h"
#include "volatile.h"
#include "../unit/served.h"
#include "settings.h"
#include "snapshot.h"

enum { OPERATIONS = 6 };

/* Of one operation, and the transfers that end it. */
#define LONGEST_US	     (15000000 + 10 * HOSTILE_SLOWEST_US)
#define LONGEST_PROVISION_US (60000000 + 10 * HOSTILE_SLOWEST_US)

static struct bytes request, aux_request, peer_pem, etf;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct bytes cert = fuzz_golden("signers/y31.cert");
	struct bytes key = fuzz_golden("signers/y31.key");
	uint8_t peer[64];

	(void)argc;
	(void)argv;
	hostile_load();
	REQUIRE(bytes_printf(&request, "serial=N1\n%s%scommit\n",
			     bytes_text(&cert), bytes_text(&key)) == 0);
	REQUIRE(bytes_printf(&aux_request, "%s%scommit\n", bytes_text(&cert),
			     bytes_text(&key)) == 0);
	REQUIRE(certificate_from_pem(&cert, &etf) == 0);
	REQUIRE(certificate_public_key(&etf, peer) == 0);
	REQUIRE(public_key_to_pem(peer, &peer_pem) == 0);
	REQUIRE(bytes_set(&etf, "\x83t\0\0\0\1m\0\0\0\1am\0\0\0\1b", 18) == 0);
	bytes_free(&cert);
	bytes_free(&key);
	return 0;
}

static int do_get(struct nerveskey *key, unsigned int which)
{
	struct bytes out = BYTES_INIT;
	enum nerveskey_item item = which % NERVESKEY_ITEM_COUNT;
	struct nerveskey_snapshot *snapshot;
	int err = nerveskey_get(key, item, &out);

	REQUIRE(nerveskey_snapshot(key, &snapshot) == 0);
	REQUIRE(err < 0 || !snapshot->item[item] ||
		bytes_equal(&snapshot->item[item]->bytes, &out));
	snapshot_unref(snapshot);
	bytes_free(&out);
	return err;
}

static int do_sign(struct nerveskey *key, unsigned int which)
{
	uint8_t digest[32] = { (uint8_t)which }, signature[64];

	return served(key, nerveskey_sign(key, NERVESKEY_MAIN_KEY, digest,
					  signature));
}

static int do_random(struct nerveskey *key, unsigned int which)
{
	uint8_t random[100];

	return served(key, nerveskey_random(key, random,
					    which % (sizeof(random) + 1)));
}

static int do_ecdh(struct nerveskey *key, unsigned int which)
{
	uint8_t peer[64], secret[32];

	(void)which;
	REQUIRE(nerveskey_parse_peer(&peer_pem, peer) == 0);
	return served(key,
		      nerveskey_ecdh(key, NERVESKEY_MAIN_KEY, peer, secret));
}

static int do_slot(struct nerveskey *key, unsigned int which)
{
	uint8_t data[20] = { 1, 2, 3 };
	struct bytes out = BYTES_INIT;
	unsigned int slot = which & 7;
	int err;

	if (which & 8)
		err = served(key, nerveskey_slot_read(key, slot, &out));
	else
		err = served(key, nerveskey_slot_put(key, slot, which >> 4,
						     data, sizeof(data)));
	bytes_free(&out);
	return err;
}

static int do_volatile(struct nerveskey *key, unsigned int which)
{
	uint8_t data[32] = { 0, 1, 2, 3 }, mac[32];

	return which & 1 ? served(key, nerveskey_activate(key, data))
			 : served(key, nerveskey_derive(key, data, mac));
}

static int do_read_settings(struct nerveskey *key, unsigned int which)
{
	struct content *known;
	struct settings *map;
	BYTES_LOCAL(out);
	int err =
		served(key, which & 1 ? nerveskey_settings(key, &known)
				      : nerveskey_settings_known(key, &known));

	if (err < 0)
		return err;
	REQUIRE(settings_decode(known->bytes.data, known->bytes.len, &map) ==
		0);
	err = settings_get(map, "a", &out);
	settings_free(map);
	return err;
}

static int edit(struct settings *map, unsigned int which)
{
	struct bytes value = BYTES_INIT;
	int err;

	REQUIRE(bytes_resize(&value, which) == 0);
	if (which % 4 == 0)
		err = settings_remove(map, "a");
	else if (which % 4 == 1)
		err = settings_rename(map, "a", "b");
	else
		err = settings_put(map, "a", &value);
	bytes_free(&value);
	return err;
}

static int write_once(struct nerveskey *key, unsigned int which)
{
	struct content *known, *new = NULL;
	const struct bytes *from = &etf;
	struct settings *next;
	BYTES_LOCAL(out);
	int err = nerveskey_settings_known(key, &known);

	if (err < 0 && err != -EUCLEAN)
		return err;
	if (err == 0 && which % 4 != 2)
		from = &known->bytes;
	REQUIRE(settings_decode(from->data, from->len, &next) == 0);
	err = from == &etf ? 0 : edit(next, which);
	if (err == 0)
		err = settings_encode(next, &out);
	settings_free(next);
	if (err == 0)
		err = content_new(&out, &new);
	if (err == 0)
		err = nerveskey_settings_write(key, new);
	content_unref(new);
	return err;
}

static int do_write_settings(struct nerveskey *key, unsigned int which)
{
	return served(key, write_once(key, which));
}

static int do_provision(struct nerveskey *key, unsigned int which)
{
	enum nerveskey_provision file =
		which & 1 ? NERVESKEY_PROVISION_AUX : NERVESKEY_PROVISION;
	const struct bytes *text = which & 1 ? &aux_request : &request;
	struct nerveskey_snapshot *snapshot;
	int err;

	if (which & 2)
		err = nerveskey_provision_write(
			key, file, true, which & 1 ? "clear\n" : "begin\n", 6);
	else
		err = nerveskey_provision_write(key, file, true,
						bytes_text(text), text->len);
	nerveskey_provision_end(key, file);
	REQUIRE(nerveskey_snapshot(key, &snapshot) == 0);
	snapshot_unref(snapshot);
	return err;
}

static int (*const operations[])(struct nerveskey *key, unsigned int which) = {
	do_get,
	do_get,
	do_get,
	do_sign,
	do_random,
	do_ecdh,
	do_slot,
	do_read_settings,
	do_write_settings,
	do_write_settings,
	do_volatile,
	do_provision,
};

static void operate(struct nerveskey *key, uint8_t choice)
{
	size_t count = sizeof(operations) / sizeof(*operations);
	uint64_t began = hostile_now_us(), took;
	int (*run)(struct nerveskey *, unsigned int) =
		operations[choice % count];
	int err = run(key, choice / (unsigned int)count);

	took = hostile_now_us() - began;
	REQUIRE(err <= 0 && err > -4096);
	REQUIRE(took <=
		(run == do_provision ? LONGEST_PROVISION_US : LONGEST_US));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct nerveskey_options options = { .wait = true,
							  .key = -1 };
	struct input input = { data, size };
	unsigned int image = take_byte(&input);
	uint8_t choice[OPERATIONS];
	struct nerveskey *key;

	take(&input, choice, sizeof(choice));
	hostile_begin(image, &input);
	REQUIRE(nerveskey_open("hostile", &options, &key) == 0);
	for (size_t i = 0; i < sizeof(choice); i++)
		operate(key, choice[i]);
	nerveskey_close(key);
	return 0;
}
