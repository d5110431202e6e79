/* SPDX-License-Identifier: Apache-2.0 */
/* The provision files: stage text, and act on its verbs. */
#include "provision_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "error.h"
#include "key.h"
#include "reread.h"
#include "system_clock.h"

unsigned int nerveskey_expire(struct nerveskey *key)
{
	unsigned int due = provision_expire(key->request[0], clock_boot_s());
	unsigned int other = provision_expire(key->request[1], clock_boot_s());

	return due == 0 || (other > 0 && other < due) ? other : due;
}

void nerveskey_note_step(struct nerveskey *key, unsigned int step,
			 unsigned int steps)
{
	key->step = step;
	key->steps = steps;
}

/* The cached certificate request may be for another serial. */
static void note_serial(struct nerveskey *key)
{
	uint8_t serial[OTP_SERIAL_MAX];
	size_t len;

	provision_serial(key->request[NERVESKEY_PROVISION],
			 key->cache.chip_serial, serial, &len);
	if (len != key->request_serial_len ||
	    memcmp(serial, key->request_serial, len) != 0)
		cache_forget_requests(key);
	memcpy(key->request_serial, serial, len);
	key->request_serial_len = len;
}

/* Read the chip again, which has changed. The sentence of `err` is kept. */
static int look_again(struct nerveskey *key, int err)
{
	char *reason = strdup(fail_reason());
	int look;

	look = reread_zones(key);
	if (err < 0 && reason)
		fail_because(-err, "%s", reason);
	free(reason);
	return err < 0 ? err : look;
}

static int act(struct nerveskey *key, struct provision *request,
	       enum provision_verb verb)
{
	int err;

	if (verb == PROVISION_STAGED || verb == PROVISION_RESET)
		return 0;
	do
		err = enter(key, OP_PROVISION);
	while (nerveskey_catch_up(key, &err));
	if (err < 0) {
		provision_no_chip(request, verb);
		return err;
	}
	err = provision_act(request, verb, key->chip, time(NULL));
	if (verb != PROVISION_CHECK)
		err = look_again(key, err);
	nerveskey_note_step(key, 0, 0);
	return leave(key, OP_PROVISION, err);
}

/* Feed all text of a write(2). */
static int feed(struct nerveskey *key, struct provision *request,
		const char *text, size_t len)
{
	enum provision_verb verb;
	size_t used;
	int err = 0;

	while (len > 0 && err == 0) {
		err = provision_feed(request, text, len, &used, &verb);
		if (err < 0)
			return refuse(key, err);
		err = act(key, request, verb);
		text += used;
		len -= used;
	}
	if (err < 0)
		return err;
	err = provision_written(request, &verb);
	return err < 0 ? refuse(key, err) : act(key, request, verb);
}

int nerveskey_provision_write(struct nerveskey *key,
			      enum nerveskey_provision which, bool by_root,
			      const char *text, size_t len)
{
	int err;

	fail_clear();
	provision_writer(key->request[which], by_root);
	err = feed(key, key->request[which], text, len);
	note_serial(key);
	nerveskey_expire(key);
	return err;
}

int nerveskey_provision_end(struct nerveskey *key,
			    enum nerveskey_provision which)
{
	int err;

	fail_clear();
	err = refuse(key, provision_closed(key->request[which]));
	note_serial(key);
	return err;
}

void step_text(const struct nerveskey *key, struct bytes *text)
{
	if (key->steps > 0)
		bytes_printf(text, "step=%u/%u\n", key->step, key->steps);
}

int provision_file_text(struct nerveskey *key, enum nerveskey_provision which,
			struct bytes *text)
{
	provision_show(key->request[which], text);
	bytes_printf(text, "chip=%s\n", key_state_name(key->cache.state));
	step_text(key, text);
	return text->err;
}
