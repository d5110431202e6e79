/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How each item comes about: load_zones.c from the zones in the cache,
 * load_certificates.c within a session. `out` is appended to.
 */
#ifndef NK_LOAD_H
#define NK_LOAD_H

#include "key.h"

static inline bool key_is_trust_and_go(const struct nerveskey *key)
{
	return key->cache.kind == CONFIG_TRUST_AND_GO;
}

/* `text` and a newline. */
int load_line(struct bytes *out, const void *text, size_t len);
/* Upper-case digits of `data`; `hex` has 2 * `len` + 1 bytes. */
void load_upper_hex(const uint8_t *data, size_t len, char *hex);

int load_serial(struct nerveskey *key, struct bytes *out);
int load_board(struct nerveskey *key, struct bytes *out);
int load_user(struct nerveskey *key, struct bytes *out);
int load_chip_serial(struct nerveskey *key, struct bytes *out);
int load_chip_model(struct nerveskey *key, struct bytes *out);
int load_chip_revision(struct nerveskey *key, struct bytes *out);
int load_chip_address(struct nerveskey *key, struct bytes *out);
int load_chip_config(struct nerveskey *key, struct bytes *out);
int load_chip_otp(struct nerveskey *key, struct bytes *out);
int load_chip_locks(struct nerveskey *key, struct bytes *out);
int load_device(struct nerveskey *key, struct bytes *out);
int load_signer(struct nerveskey *key, struct bytes *out);
int load_chain(struct nerveskey *key, struct bytes *out);
int load_aux_device(struct nerveskey *key, struct bytes *out);
int load_aux_signer(struct nerveskey *key, struct bytes *out);
int load_aux_chain(struct nerveskey *key, struct bytes *out);
int load_public_key(struct nerveskey *key, struct bytes *out);
int load_eui48(struct nerveskey *key, struct bytes *out);
int load_request(struct nerveskey *key, struct bytes *out);

#endif
