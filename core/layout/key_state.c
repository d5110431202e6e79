/* SPDX-License-Identifier: Apache-2.0 */
#include "key_state.h"

#include <errno.h>

#include "error.h"
#include "slots.h"

static const char *const state_names[] = {
	[KEY_ABSENT] = "absent",	 [KEY_BLANK] = "blank",
	[KEY_CONFIGURED] = "configured", [KEY_DATA_LOCKED] = "data-locked",
	[KEY_COMPLETE] = "complete",	 [KEY_FOREIGN] = "foreign",
	[KEY_TRUSTFLEX] = "complete",
};

const char *key_state_name(enum key_state state)
{
	return state_names[state];
}

const char *key_type_name(enum key_state state, enum config_kind kind)
{
	static const char *const names[] = {
		[CONFIG_OTHER] = "",
		[CONFIG_NERVESKEY] = "nerveskey",
		[CONFIG_VOLATILE] = "nerveskey-volatile",
		[CONFIG_TRUST_AND_GO] = "trust-and-go",
		[CONFIG_TRUSTFLEX] = "trustflex",
	};

	return state == KEY_FOREIGN ? "foreign" : names[kind];
}

uint16_t key_slots_to_lock(enum config_kind kind)
{
	switch (kind) {
	case CONFIG_NERVESKEY:
		return 1u << SLOT_DEVICE_KEY;
	case CONFIG_VOLATILE:
		return 1u << SLOT_DEVICE_KEY | 1u << SLOT_ACTIVATION_KEY |
		       1u << SLOT_ENCRYPTION_KEY;
	default:
		return 0;
	}
}

enum key_state key_state_of(const uint8_t config[static CONFIG_SIZE])
{
	enum config_kind kind = config_kind(config);
	unsigned int to_lock = key_slots_to_lock(kind);

	if (!config_is_locked(config))
		return KEY_BLANK;
	if (kind == CONFIG_OTHER)
		return KEY_FOREIGN;
	if (kind == CONFIG_TRUSTFLEX)
		return config_data_is_locked(config) ? KEY_TRUSTFLEX
						     : KEY_FOREIGN;
	if (!config_data_is_locked(config))
		return KEY_CONFIGURED;
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		if (to_lock & 1u << slot &&
		    !config_slot_is_locked(config, slot))
			return KEY_DATA_LOCKED;
	return KEY_COMPLETE;
}

/* The sentence's arguments are the chip's name and its state's. */
struct verdict {
	int err; /* 0: permitted */
	const char *sentence;
};

/* clang-format off */
#define YES { 0, NULL }
#define NO(text) { ENODATA, text }
#define NEVER(text) { EKEYREVOKED, text }
#define LATER NO("%s is %s: it holds this only after provisioning")
#define FIRST NO("%s is %s: provision it first")
#define NO_SETTINGS NO("%s is %s: it has no settings yet")
#define PATTERN NO("the generator of %s gives a fixed pattern until its " \
		   "configuration is locked: provision it first")
#define NOT_OURS NO("%s has a locked configuration that is not a " \
		    "NervesKey's: chip/ and status show what is known of it")
#define NO_AUX NO("%s is not provisioned yet, which comes before auxiliary " \
		  "certificates: write its own request to provision first")
#define DONE NEVER("%s is already provisioned: its configuration, its data " \
		   "and its keys are locked")
#define NO_NEW_KEY NEVER("the data zone of %s is locked, so that begin can " \
			 "no longer make its key: write the whole request " \
			 "and commit")
#define FOREIGN NEVER("the configuration of %s is locked and is not a " \
		      "NervesKey's: this chip can never become one")
#define SOLD NEVER("%s is a TrustFLEX part, which can never become a NervesKey")
#define TRUSTFLEX_SETTINGS NO("%s is a TrustFLEX part: its slots are its " \
			      "owner's, and it has no settings")

static const struct verdict verdicts[USE_COUNT][KEY_STATE_COUNT] = {
	/* absent, blank, configured, data-locked, complete, foreign, trustflex */
	[USE_ZONES] = { LATER, YES, YES, YES, YES, YES, YES },
	[USE_RANDOM] = { FIRST, PATTERN, YES, YES, YES, YES, YES },
	[USE_PUBLIC_KEY] = { LATER, LATER, YES, YES, YES, YES, YES },
	[USE_DATA] = { LATER, LATER, LATER, YES, YES, NOT_OURS, YES },
	/* Some foreign chips are known by their OTP zone. */
	[USE_CERTIFICATES] = { LATER, LATER, LATER, YES, YES, YES, YES },
	[USE_KEY] = { FIRST, FIRST, FIRST, YES, YES, YES, YES },
	[USE_SETTINGS] = { NO_SETTINGS, NO_SETTINGS, NO_SETTINGS, YES, YES,
			   NO_SETTINGS, TRUSTFLEX_SETTINGS },
	[USE_COMMIT] = { FIRST, YES, YES, YES, DONE, FOREIGN, SOLD },
	[USE_BEGIN] = { FIRST, YES, YES, NO_NEW_KEY, DONE, FOREIGN, SOLD },
	[USE_AUX] = { FIRST, NO_AUX, NO_AUX, NO_AUX, YES, FOREIGN, SOLD },
};
/* clang-format on */

int key_state_permits(enum key_state state, enum use use, const char *chip)
{
	const struct verdict *verdict = &verdicts[use][state];

	if (!verdict->err)
		return 0;
	return fail_because(verdict->err, verdict->sentence, chip,
			    state_names[state]);
}
