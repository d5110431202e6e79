/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The latest signature of each user, for programs that open `sign` once to write
 * and once to read. Beyond LATEST_USERS, the one that was idle for longest is
 * forgotten. `chip` is the number of the chip: signatures of another chip are not
 * returned. `file` is the st_ino of the file: each key has its own.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "content.h"

#define LATEST_USERS 32

struct latest {
	uint64_t clock;
	struct {
		uint64_t used; /* 0: free */
		uid_t uid;
		uint64_t chip, file;
		struct content *signature;
	} users[LATEST_USERS];
};

void latest_free(struct latest *latest);
void latest_set(struct latest *latest, uid_t uid, uint64_t chip, uint64_t file,
		struct content *signature);
/* Borrowed. NULL: the user has made none with this chip and key. */
struct content *latest_get(const struct latest *latest, uid_t uid,
			   uint64_t chip, uint64_t file);
