/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration makes of a part, and the one that a NervesKey gets. */
#ifndef NK_CONFIG_KIND_H
#define NK_CONFIG_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "config_zone.h"

/* What a configuration makes of the part. */
enum config_kind {
	CONFIG_OTHER,	     /* factory default, or somebody else's */
	CONFIG_NERVESKEY,    /* NervesKey.Config.configure */
	CONFIG_VOLATILE,     /* NervesKey.Config.configure_volatile */
	CONFIG_TRUST_AND_GO, /* ATECC608B-TNGTLS as Microchip sells it */
};

/*
 * By SlotConfig and KeyConfig of the slots that matter to the kind (as the
 * Elixir library judges: keys and certificates, not the free slots), ChipMode
 * and, for a volatile part, byte 69; whether or not it is locked already.
 */
enum config_kind config_kind(const uint8_t config[static CONFIG_SIZE]);

/*
 * The part is known well enough to be configured and locked: a 508A, 608A or
 * 608B, or a later 608 that has a 608B's factory values wherever we write
 * nothing, but for who and where it is.
 */
bool config_may_be_locked(const uint8_t config[static CONFIG_SIZE]);

/*
 * The configuration that a NervesKey gets, from what the part has now: bytes
 * that cannot be written stay (0-15, 84-87), and so do the lock bytes 88-89.
 * `kind` is CONFIG_NERVESKEY or CONFIG_VOLATILE.
 */
void config_make(const uint8_t now[static CONFIG_SIZE], enum config_kind kind,
		 uint8_t made[static CONFIG_SIZE]);

#endif
