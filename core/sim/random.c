/* SPDX-License-Identifier: Apache-2.0 */
#include "random.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <nettle/sha2.h>

void sim_random_seed(struct sim_random *random, uint64_t seed, uint64_t purpose)
{
	random->seeded = true;
	random->seed = seed;
	random->drawn = purpose << 32;
}

/* SHA-256 of seed and counter. */
static void draw_block(struct sim_random *random, uint8_t block[static 32])
{
	uint64_t words[2] = { random->seed, random->drawn++ };
	struct sha256_ctx sha;
	uint8_t in[16];

	for (unsigned int i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(words[i / 8] >> (8 * (i % 8)));
	sha256_init(&sha);
	sha256_update(&sha, sizeof(in), in);
	sha256_digest(&sha, 32, block);
}

void sim_random_draw(struct sim_random *random, uint8_t *out, size_t len)
{
	uint8_t block[32];

	if (!random->seeded) {
		/* Never continue with predictable keys. */
		if (getrandom(out, len, 0) != (ssize_t)len)
			abort();
		return;
	}
	while (len > 0) {
		size_t some = len < sizeof(block) ? len : sizeof(block);

		draw_block(random, block);
		memcpy(out, block, some);
		out += some;
		len -= some;
	}
}

void sim_random_nettle(void *random, size_t len, uint8_t *out)
{
	sim_random_draw(random, out, len);
}
