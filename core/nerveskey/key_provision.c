/* SPDX-License-Identifier: Apache-2.0 */
/* The provision files: text in, staged, acted on as its lines come. */
#include <errno.h>

#include "error.h"
#include "key.h"

/* After the chip has changed for good, everything is read anew. */
static int act_in_session(struct nerveskey *key, struct provision *request,
			  enum provision_verb verb)
{
	int err, look;

	switch (verb) {
	case PROVISION_CHECK:
		return provision_check(request, key->chip, time(NULL));
	case PROVISION_COMMIT:
		err = provision_commit(request, key->chip, time(NULL));
		break;
	case PROVISION_BEGIN:
		err = provision_begin(request, key->chip);
		break;
	case PROVISION_CLEAR:
		err = provision_clear(key->chip);
		break;
	default:
		return 0;
	}
	look = key_look(key);
	return err < 0 ? err : look;
}

static int act(struct nerveskey *key, struct provision *request,
	       enum provision_verb verb)
{
	int err;

	if (verb == PROVISION_STAGED || verb == PROVISION_RESET)
		return 0;
	err = key_enter(key, OP_PROVISION);
	if (err < 0) {
		if (verb == PROVISION_COMMIT)
			provision_done(request, err);
		return err;
	}
	err = act_in_session(key, request, verb);
	if (verb == PROVISION_CLEAR)
		provision_reset(request);
	return key_leave(key, OP_PROVISION, err);
}

int nerveskey_provision_write(struct nerveskey *key,
			      enum nerveskey_provision which, const char *text,
			      size_t len)
{
	struct provision *request = key->request[which];
	enum provision_verb verb;
	size_t used;
	int err = 0;

	fail_clear();
	pthread_mutex_lock(&key->staging);
	while (len > 0 && err == 0) {
		err = provision_feed(request, text, len, &used, &verb);
		if (err < 0) {
			key_refuse(key, err);
			break;
		}
		err = act(key, request, verb);
		text += used;
		len -= used;
	}
	pthread_mutex_unlock(&key->staging);
	return err;
}

int nerveskey_provision_end(struct nerveskey *key,
			    enum nerveskey_provision which)
{
	struct provision *request = key->request[which];
	enum provision_verb verb;
	int err;

	fail_clear();
	pthread_mutex_lock(&key->staging);
	err = provision_finish_line(request, &verb);
	if (err < 0)
		key_refuse(key, err);
	else
		err = act(key, request, verb);
	pthread_mutex_unlock(&key->staging);
	return err;
}

int nerveskey_provision_show(struct nerveskey *key,
			     enum nerveskey_provision which, struct bytes *text)
{
	struct bytes shown = BYTES_INIT;
	int err;

	pthread_mutex_lock(&key->staging);
	err = provision_show(key->request[which], &shown);
	pthread_mutex_unlock(&key->staging);
	if (err == 0)
		err = bytes_printf(&shown, "chip=%s\n",
				   key_state_name(key_state(key)));
	if (err == 0)
		bytes_move(text, &shown);
	bytes_free(&shown);
	return err;
}
