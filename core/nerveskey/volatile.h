/* SPDX-License-Identifier: Apache-2.0 */
/* Keys behind a latch. */
#ifndef NK_VOLATILE_H
#define NK_VOLATILE_H

#include <stdint.h>

struct nerveskey;

/* Volatile parts. -EACCES: a wrong activation key, or the latch is closed. */
int nerveskey_activate(struct nerveskey *key,
		       const uint8_t activation_key[static 16]);
int nerveskey_derive(struct nerveskey *key, const uint8_t data[static 32],
		     uint8_t mac[static 32]);

#endif
