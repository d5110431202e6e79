/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text for `provision` and `aux/provision`. The first byte says which, the
 * second how large the pieces are that it comes in, which changes nothing.
 */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "provision.h"

/* What an open left behind. */
struct outcome {
	int err;
	unsigned int verbs;
	struct bytes shown;
	uint8_t serial[48];
	size_t serial_len;
};

/* As the layer above does, on a chip that does not answer. */
static void act(struct provision *request, enum provision_verb verb,
		struct outcome *outcome)
{
	outcome->verbs = outcome->verbs * 7 + (unsigned int)verb;
	provision_no_chip(request, verb);
}

static int feed(struct provision *request, const uint8_t *text, size_t len,
		struct outcome *outcome)
{
	enum provision_verb verb;
	size_t used;
	int err;

	while (len > 0) {
		err = provision_feed(request, (const char *)text, len, &used,
				     &verb);
		if (err < 0)
			return err;
		REQUIRE(used >= 1 && used <= len);
		if (verb != PROVISION_STAGED)
			act(request, verb, outcome);
		text += used;
		len -= used;
	}
	return 0;
}

static void look(struct provision *request, struct outcome *outcome)
{
	static const uint8_t chip_serial[9] = { 0x01, 0x23, 1, 2,   3,
						4,    5,    6, 0xee };

	REQUIRE(provision_show(request, &outcome->shown) == 0);
	provision_serial(request, chip_serial, outcome->serial,
			 &outcome->serial_len);
	REQUIRE(outcome->serial_len >= 1 &&
		outcome->serial_len <= sizeof(outcome->serial));
}

static struct outcome write_open(enum provision_target target, bool by_root,
				 const struct bytes *text, size_t piece)
{
	struct outcome outcome = { .shown = BYTES_INIT };
	struct provision *request;
	enum provision_verb verb;
	int err = 0, end;

	REQUIRE(provision_new(target, &request) == 0);
	provision_writer(request, by_root);
	for (size_t at = 0; at < text->len && err == 0; at += piece) {
		size_t left = text->len - at;

		err = feed(request, text->data + at,
			   left < piece ? left : piece, &outcome);
	}
	if (err == 0)
		err = provision_written(request, &verb);
	if (err == 0)
		act(request, verb, &outcome);
	end = provision_closed(request);
	outcome.err = err < 0 ? err : end;
	REQUIRE(outcome.err == 0 || outcome.err == -EINVAL ||
		outcome.err == -EFBIG);
	look(request, &outcome);
	REQUIRE(provision_expire(request, INT64_MAX) == 0);
	provision_reset(request);
	REQUIRE(provision_is_empty(request));
	provision_free(request);
	return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	uint8_t choice = take_byte(&input);
	enum provision_target target = choice & 1;
	bool by_root = !(choice & 2);
	size_t piece = 1u + take_byte(&input);
	struct bytes text = take_rest(&input);
	struct outcome whole, pieces;

	whole = write_open(target, by_root, &text, SIZE_MAX - text.len);
	pieces = write_open(target, by_root, &text, piece);
	REQUIRE(whole.err == pieces.err && whole.verbs == pieces.verbs);
	REQUIRE(bytes_equal(&whole.shown, &pieces.shown));
	REQUIRE(whole.serial_len == pieces.serial_len &&
		memcmp(whole.serial, pieces.serial, whole.serial_len) == 0);
	bytes_free(&whole.shown);
	bytes_free(&pieces.shown);
	return 0;
}
