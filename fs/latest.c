/* SPDX-License-Identifier: Apache-2.0 */
#include "latest.h"

#include <errno.h>
#include <string.h>

#include "error.h"

void latest_init(struct latest *latest)
{
	memset(latest, 0, sizeof(*latest));
	pthread_mutex_init(&latest->lock, NULL);
}

void latest_destroy(struct latest *latest)
{
	pthread_mutex_destroy(&latest->lock);
}

/* The user's place, or the one that was idle for longest. */
static size_t place_for(const struct latest *latest, uid_t uid)
{
	size_t best = 0;

	for (size_t i = 0; i < LATEST_USERS; i++) {
		if (latest->users[i].used && latest->users[i].uid == uid)
			return i;
		if (latest->users[i].used < latest->users[best].used)
			best = i;
	}
	return best;
}

void latest_set(struct latest *latest, uid_t uid, uint64_t chip,
		const uint8_t signature[static 64])
{
	size_t i;

	pthread_mutex_lock(&latest->lock);
	i = place_for(latest, uid);
	latest->users[i].uid = uid;
	latest->users[i].chip = chip;
	latest->users[i].used = ++latest->clock;
	memcpy(latest->users[i].signature, signature, 64);
	pthread_mutex_unlock(&latest->lock);
}

int latest_get(struct latest *latest, uid_t uid, uint64_t chip,
	       uint8_t signature[static 64])
{
	int err = 0;
	size_t i;

	pthread_mutex_lock(&latest->lock);
	i = place_for(latest, uid);
	if (latest->users[i].used && latest->users[i].uid == uid &&
	    latest->users[i].chip == chip)
		memcpy(signature, latest->users[i].signature, 64);
	else
		err = fail_because(ENODATA,
				   "user %u has signed nothing yet: "
				   "write a digest first",
				   uid);
	pthread_mutex_unlock(&latest->lock);
	return err;
}
