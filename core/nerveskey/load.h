/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How each item comes about: load_zones.c from the zones in the cache,
 * load_certificates.c within a session. `out` is appended to.
 */
#ifndef NK_LOAD_H
#define NK_LOAD_H

#include "key.h"

enum source {
	COMPUTED, /* anew for each reader */
	ZONES,	  /* from the configuration and OTP zones, always cached */
	CHIP,	  /* asks the chip the first time */
};

struct item {
	enum source source;
	enum use use; /* a state that permits this, has one */
	int (*load)(struct nerveskey *key, struct bytes *out);
};

extern const struct item items[NERVESKEY_ITEM_COUNT];

static inline bool key_is_trust_and_go(const struct nerveskey *key)
{
	return key->cache.kind == CONFIG_TRUST_AND_GO;
}

/*
 * Note whether `issuer` signed the certificate (NULL: nobody here can tell), and
 * whether the Elixir library could rebuild it. One that does not verify is
 * served all the same, and logged. -ENOMEM.
 */
int key_examine(struct nerveskey *key, enum certificate_number number,
		const struct bytes *der, const struct bytes *issuer);
/* See to it that the two that every NervesKey has were examined. In a session. */
int key_note_certificates(struct nerveskey *key);
/* The lines of status about them. */
int key_append_certificates(const struct nerveskey *key, struct bytes *text);

/* `text` and a newline. */
int load_line(struct bytes *out, const void *text, size_t len);
/* Upper-case digits of `data`; `hex` has 2 * `len` + 1 bytes. */
void load_upper_hex(const uint8_t *data, size_t len, char *hex);

/* -ENODATA unless the OTP zone holds a NervesKey's serial. */
int key_require_otp(const struct nerveskey *key);

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
