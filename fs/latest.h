/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The latest signature of each user, for those who write `sign` and read it in
 * two opens. Users are remembered up to a bound; the idlest is forgotten. `chip`
 * is nerveskey_chip_number(): what another chip has signed is nobody's.
 */
#ifndef NK_LATEST_H
#define NK_LATEST_H

#include <pthread.h>
#include <stdint.h>
#include <sys/types.h>

#define LATEST_USERS 32

struct latest {
	pthread_mutex_t lock;
	uint64_t clock;
	struct {
		uint64_t used; /* 0: free */
		uid_t uid;
		uint64_t chip;
		uint8_t signature[64];
	} users[LATEST_USERS];
};

void latest_init(struct latest *latest);
void latest_destroy(struct latest *latest);
void latest_set(struct latest *latest, uid_t uid, uint64_t chip,
		const uint8_t signature[static 64]);
/* -ENODATA when the user has made none with this chip. */
int latest_get(struct latest *latest, uid_t uid, uint64_t chip,
	       uint8_t signature[static 64]);

#endif
