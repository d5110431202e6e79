/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of configuration, and the configuration that a NervesKey gets. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config_zone.h"

/* What the configuration makes the part. */
enum config_kind {
	CONFIG_OTHER,	     /* factory default or unknown */
	CONFIG_NERVESKEY,    /* NervesKey.Config.configure */
	CONFIG_VOLATILE,     /* NervesKey.Config.configure_volatile */
	CONFIG_TRUST_AND_GO, /* ATECC608B-TNGTLS as Microchip sells it */
	CONFIG_TRUSTFLEX, /* ATECC608B-TFLXTLS, whose owner has slots 10-12 */
};

/*
 * Judges by SlotConfig and KeyConfig of the slots that matter to the kind (as
 * the Elixir library does: keys and certificates, not the free slots), by
 * ChipMode and, for a volatile part, by byte 69. Locks do not matter.
 */
enum config_kind config_kind(const uint8_t config[static CONFIG_SIZE]);

/*
 * Whether the part is known well enough to be configured and locked. It must be
 * a 508A, 608A or 608B, or a later 608 with the factory values of a 608B in
 * every byte that we do not write, except its serial number, revision and
 * address.
 */
bool config_may_be_locked(const uint8_t config[static CONFIG_SIZE]);

/*
 * Sets `made` to a NervesKey's configuration, starting from `now`, the part's
 * own. Bytes that cannot be written (0-15, 84-87) and the lock bytes 88-89 are
 * kept. `kind` is CONFIG_NERVESKEY or CONFIG_VOLATILE. `made` may be `now`.
 */
void config_make(const uint8_t now[static CONFIG_SIZE], enum config_kind kind,
		 uint8_t made[static CONFIG_SIZE]);
