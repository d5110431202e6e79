/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes: the kernel's, or a reproducible stream. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sim_random {
	bool seeded;
	uint64_t seed, drawn;
};

/* `purpose` separates streams of one seed. */
void sim_random_seed(struct sim_random *random, uint64_t seed,
		     uint64_t purpose);
void sim_random_draw(struct sim_random *random, uint8_t *out, size_t len);
/* As sim_random_draw(), with nettle's order of arguments. */
void sim_random_nettle(void *random, size_t len, uint8_t *out);
