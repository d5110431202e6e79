/* SPDX-License-Identifier: Apache-2.0 */
/* The provision files: text in, staged, acted on as its lines come. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "error.h"
#include "key.h"
#include "signing.h"
#include "system_clock.h"

/*
 * Wipes what is due, and sets the timer for what will be. That timer's clock
 * goes on while the machine is suspended.
 */
static void wipe_when_due(struct nerveskey *key)
{
	unsigned int due = provision_expire(key->request[0], clock_boot_s());
	unsigned int other = provision_expire(key->request[1], clock_boot_s());
	struct itimerspec at = { .it_interval = { 0 } };

	if (due == 0 || (other > 0 && other < due))
		due = other;
	at.it_value.tv_sec = (time_t)due;
	timerfd_settime(key->expiry_timer, 0, &at, NULL);
}

static void *expire(void *context)
{
	struct nerveskey *key = context;
	ssize_t got = 0;

	pthread_mutex_lock(&key->staging);
	while (!key->closing && got >= 0) {
		uint64_t times;

		wipe_when_due(key);
		pthread_mutex_unlock(&key->staging);
		do
			got = read(key->expiry_timer, &times, sizeof(times));
		while (got < 0 && errno == EINTR);
		pthread_mutex_lock(&key->staging);
	}
	pthread_mutex_unlock(&key->staging);
	return NULL;
}

int key_expiry_init(struct nerveskey *key)
{
	pthread_mutex_init(&key->staging, NULL);
	key->expiry_timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC);
	if (key->expiry_timer < 0)
		return fail_because(errno,
				    "no timer to forget staged keys by: %s",
				    strerror(errno));
	return 0;
}

void key_expiry_end(struct nerveskey *key)
{
	const struct itimerspec now = { .it_value.tv_nsec = 1 };

	pthread_mutex_lock(&key->staging);
	key->closing = true;
	timerfd_settime(key->expiry_timer, 0, &now, NULL);
	pthread_mutex_unlock(&key->staging);
	if (key->expiry_runs)
		pthread_join(key->expiry, NULL);
	if (key->expiry_timer >= 0)
		close(key->expiry_timer);
	pthread_mutex_destroy(&key->staging);
}

/* No thread before there is something to wipe: a daemon forks first. */
static void watch_staged(struct nerveskey *key)
{
	if (key->expiry_runs)
		wipe_when_due(key);
	else
		key->expiry_runs =
			pthread_create(&key->expiry, NULL, expire, key) == 0;
	/* Nobody would do it later. */
	for (size_t i = 0; i < 2 && !key->expiry_runs; i++)
		provision_expire(key->request[i], INT64_MAX);
}

/* device.csr is made where the staged request cannot be looked at. */
static void note_serial(struct nerveskey *key)
{
	uint8_t serial[OTP_SERIAL_MAX];
	size_t len;

	pthread_mutex_lock(&key->cache_lock);
	provision_serial(key->request[NERVESKEY_PROVISION],
			 key->cache.chip_serial, serial, &len);
	memcpy(key->request_serial, serial, len);
	key->request_serial_len = len;
	pthread_mutex_unlock(&key->cache_lock);
}

/* Whatever came of it, the chip is not what it was. `err` keeps its sentence. */
static int look_again(struct nerveskey *key, int err)
{
	char *reason = strdup(fail_reason());
	int look;

	look = key_look(key);
	if (err < 0 && reason)
		fail_because(-err, "%s", reason);
	free(reason);
	return err < 0 ? err : look;
}

static int act_in_session(struct nerveskey *key, struct provision *request,
			  enum provision_verb verb)
{
	int err;

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
	return look_again(key, err);
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
		if (verb == PROVISION_BEGIN)
			provision_put_off(request);
		return err;
	}
	err = act_in_session(key, request, verb);
	if (verb == PROVISION_CLEAR)
		provision_reset(request);
	return key_leave(key, OP_PROVISION, err);
}

/* All of a write(2). */
static int feed(struct nerveskey *key, struct provision *request,
		const char *text, size_t len)
{
	enum provision_verb verb;
	size_t used;
	int err = 0;

	while (len > 0 && err == 0) {
		err = provision_feed(request, text, len, &used, &verb);
		if (err < 0)
			return key_refuse(key, err);
		err = act(key, request, verb);
		text += used;
		len -= used;
	}
	if (err < 0)
		return err;
	err = provision_written(request, &verb);
	return err < 0 ? key_refuse(key, err) : act(key, request, verb);
}

int nerveskey_provision_write(struct nerveskey *key,
			      enum nerveskey_provision which, bool by_root,
			      const char *text, size_t len)
{
	int err;

	fail_clear();
	pthread_mutex_lock(&key->staging);
	provision_writer(key->request[which], by_root);
	err = feed(key, key->request[which], text, len);
	note_serial(key);
	watch_staged(key);
	pthread_mutex_unlock(&key->staging);
	return err;
}

int nerveskey_provision_end(struct nerveskey *key,
			    enum nerveskey_provision which)
{
	int err;

	fail_clear();
	pthread_mutex_lock(&key->staging);
	err = key_refuse(key, provision_closed(key->request[which]));
	note_serial(key);
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
	key_look_around(key);
	if (err == 0)
		err = bytes_printf(&shown, "chip=%s\n",
				   key_state_name(key_state(key)));
	if (err == 0)
		bytes_move(text, &shown);
	bytes_free(&shown);
	return err;
}

int nerveskey_start_signing(void (*confine)(void))
{
	return signing_start(confine);
}

void nerveskey_stop_signing(void)
{
	signing_stop();
}
