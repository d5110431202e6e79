/* SPDX-License-Identifier: Apache-2.0 */
#include "latest.h"

/* The place of the user, or the place that was idle for longest. */
static size_t place_for(const struct latest *latest, uid_t uid, uint64_t file)
{
	size_t best = 0;

	for (size_t i = 0; i < LATEST_USERS; i++) {
		if (latest->users[i].used && latest->users[i].uid == uid &&
		    latest->users[i].file == file)
			return i;
		if (latest->users[i].used < latest->users[best].used)
			best = i;
	}
	return best;
}

void latest_free(struct latest *latest)
{
	for (size_t i = 0; i < LATEST_USERS; i++)
		content_replace(&latest->users[i].signature, NULL);
}

void latest_set(struct latest *latest, uid_t uid, uint64_t chip, uint64_t file,
		struct content *signature)
{
	size_t i = place_for(latest, uid, file);

	latest->users[i].uid = uid;
	latest->users[i].chip = chip;
	latest->users[i].file = file;
	latest->users[i].used = ++latest->clock;
	content_replace(&latest->users[i].signature, content_ref(signature));
}

struct content *latest_get(const struct latest *latest, uid_t uid,
			   uint64_t chip, uint64_t file)
{
	size_t i = place_for(latest, uid, file);

	if (!latest->users[i].used || latest->users[i].uid != uid ||
	    latest->users[i].chip != chip || latest->users[i].file != file)
		return NULL;
	return latest->users[i].signature;
}
