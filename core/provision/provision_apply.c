/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The irreversible part. The data zone cannot be read before it is locked, so a
 * run that finds the chip half done writes all of it again. Lock carries the CRC
 * of what was to be written, and the chip compares it with what the zone holds.
 * That proves the content, so nothing else is read back. No CRC covers the
 * device key. So the device certificate is rebuilt from the chip before the
 * slots that hold keys are locked.
 */
#include <errno.h>
#include <string.h>

#include "crc.h"
#include "error.h"
#include "log.h"
#include "plan.h"
#include "progress.h"

#define ATTEMPTS    12 /* of a step whose outcome is read back */
#define KEYS_MOST   16
#define BLOCK_SIZE  32
#define BLOCK_WORDS 8
#define LOCKS_BLOCK 2

/* The steps to a complete chip, in their order. */
enum step {
	CONFIGURATION_WRITTEN = 1,
	CONFIGURATION_LOCKED,
	OTP_WRITTEN,
	KEY_MADE,
	SLOTS_WRITTEN,
	DATA_LOCKED,
	DATA_VERIFIED,
	COMPLETE,
	STEP_COUNT = COMPLETE
};

/* Log that a step is done, and report it as progress. */
static void tell(const struct plan *plan, enum step step)
{
	static const char *const done[] = {
		[CONFIGURATION_WRITTEN] = "configuration written",
		[CONFIGURATION_LOCKED] = "configuration locked",
		[OTP_WRITTEN] = "OTP written",
		[KEY_MADE] = "device key made",
		[SLOTS_WRITTEN] = "slots written",
		[DATA_LOCKED] = "data locked",
		[DATA_VERIFIED] = "data verified",
		[COMPLETE] = "complete",
	};

	log_write(LOG_LEVEL_INFO, "chip %s: %s", plan->chip_name, done[step]);
	progress_step(step, STEP_COUNT);
}

static bool is_locked(const uint8_t *config, enum atecc_lock lock,
		      unsigned int slot)
{
	switch (lock) {
	case ATECC_LOCK_CONFIG:
		return config_is_locked(config);
	case ATECC_LOCK_DATA:
		return config_data_is_locked(config);
	default:
		return config_slot_is_locked(config, slot);
	}
}

/*
 * The chip refused to lock: read why. A locked slot is fine, for its content has
 * been verified. A locked zone was locked by another program, perhaps with other
 * content: the chip's -EPERM. An open zone does not hold what was written.
 */
static int explain_refusal(struct atecc *chip, enum atecc_lock lock,
			   unsigned int slot)
{
	uint8_t config[CONFIG_SIZE];
	int err = atecc_read_config(chip, config);

	if (err < 0)
		return err;
	if (is_locked(config, lock, slot))
		return lock == ATECC_LOCK_SLOT ? 0 : -EPERM;
	if (lock == ATECC_LOCK_SLOT)
		return fail_because(EIO,
				    "the chip refuses to lock slot %u, which "
				    "is open: write the request again",
				    slot);
	return fail_because(EIO,
			    "the %s of the chip does not hold what was written "
			    "(another CRC), so it is not locked: write the "
			    "request again",
			    lock == ATECC_LOCK_DATA ? "data zone"
						    : "configuration");
}

/* `argument` is a CRC or the slot. When the reply is lost, read the locks. */
static int lock_surely(struct atecc *chip, enum atecc_lock lock,
		       uint16_t argument)
{
	uint8_t config[CONFIG_SIZE];
	int err = 0;

	for (int i = 0; i < ATTEMPTS; i++) {
		err = atecc_lock(chip, lock, argument);
		if (err == -EPERM)
			return explain_refusal(chip, lock, argument);
		if (err != -ENOTRECOVERABLE)
			return err;
		err = atecc_read_config(chip, config);
		if (err < 0 || is_locked(config, lock, argument))
			return err;
	}
	return fail_because(
		EIO, "the chip gave no answer to Lock and is not locked: "
		     "write the request again");
}

/* Serial, revision, lock bytes, and words that only commands can change. */
static bool is_fixed(unsigned int word)
{
	return word < 4 || word == 21 || word == 22;
}

/*
 * Write words. A power cut can tear a write, and then it damages only what the
 * next run writes again; a write of all of block 1 could damage the counters.
 * Block 3 has only KeyConfig.
 */
static int write_config(struct atecc *chip, const uint8_t *now,
			const uint8_t *made)
{
	int err = 0;

	for (unsigned int word = 0; word < 24 && err == 0; word++)
		if (!is_fixed(word) &&
		    memcmp(now + 4 * word, made + 4 * word, 4) != 0)
			err = atecc_write(chip, ATECC_CONFIG, (uint16_t)word,
					  made + 4 * word, 4);
	if (err == 0 && memcmp(now + 96, made + 96, BLOCK_SIZE) != 0)
		err = atecc_write(chip, ATECC_CONFIG, 24, made + 96,
				  BLOCK_SIZE);
	return err;
}

/* Also sets plan->config to what the chip has then, except the lock bytes. */
static int configure(struct plan *plan, struct atecc *chip)
{
	uint8_t made[CONFIG_SIZE];
	int err;

	config_make(plan->config, plan->kind, made);
	err = write_config(chip, plan->config, made);
	if (err < 0)
		return err;
	tell(plan, CONFIGURATION_WRITTEN);
	err = lock_surely(chip, ATECC_LOCK_CONFIG, crc16(made, CONFIG_SIZE));
	if (err < 0)
		return err;
	memcpy(plan->config, made, CONFIG_SIZE);
	tell(plan, CONFIGURATION_LOCKED);
	return 0;
}

/* The slot has no key, or (after a torn write) none that the chip can use. */
static bool means_no_key(int err)
{
	return err == -EPERM || err == -EIO;
}

/*
 * Always make a new key: a key in the slot may have been written there, and be
 * known to others. When the reply is lost, a public key that has changed proves
 * that the new key was made.
 */
static int make_key(struct plan *plan, struct atecc *chip)
{
	uint8_t old[64] = { 0 };
	int err = 0;

	if (plan->state != KEY_BLANK)
		err = atecc_public_key(chip, SLOT_DEVICE_KEY, old);
	if (err < 0 && !means_no_key(err))
		return err;
	for (int i = 0; i < ATTEMPTS; i++) {
		err = atecc_create_key(chip, SLOT_DEVICE_KEY, plan->public_key);
		if (err == 0)
			break;
		if (err != -ENOTRECOVERABLE)
			return err;
		err = atecc_public_key(chip, SLOT_DEVICE_KEY, plan->public_key);
		if (err == 0 && memcmp(old, plan->public_key, 64) != 0)
			break;
		if (err < 0 && !means_no_key(err))
			return err;
		err = fail_because(
			EIO,
			"chip %s gave no answer to GenKey and made no key: "
			"write the request again",
			plan->chip_name);
	}
	if (err == 0)
		tell(plan, KEY_MADE);
	return err;
}

static int write_otp(const struct plan *plan, struct atecc *chip)
{
	int err;

	err = atecc_write(chip, ATECC_OTP, 0, plan->otp, BLOCK_SIZE);
	if (err == 0)
		err = atecc_write(chip, ATECC_OTP, BLOCK_WORDS,
				  plan->otp + BLOCK_SIZE, BLOCK_SIZE);
	if (err == 0)
		tell(plan, OTP_WRITTEN);
	return err;
}

/* Write whole blocks: the data zone takes no words before it is locked. */
static int write_slots(const struct plan *plan, struct atecc *chip)
{
	uint8_t content[SLOT_SIZE_MAX];
	int err = 0;

	for (unsigned int slot = 1; slot < SLOT_COUNT && err == 0; slot++) {
		size_t size = slot_size(slot);

		plan_slot(plan, slot, content);
		for (unsigned int i = 0; i * BLOCK_SIZE < size && err == 0; i++)
			err = atecc_write(chip, ATECC_DATA,
					  slot_address(slot, i, 0),
					  content + i * BLOCK_SIZE, BLOCK_SIZE);
	}
	explicit_bzero(content, sizeof(content));
	if (err == 0)
		tell(plan, SLOTS_WRITTEN);
	return err;
}

/* The CRC of all slots but the device key's, at their sizes, then OTP. */
static uint16_t data_crc(const struct plan *plan)
{
	uint8_t content[SLOT_SIZE_MAX];
	uint16_t crc = 0;

	for (unsigned int slot = 1; slot < SLOT_COUNT; slot++) {
		plan_slot(plan, slot, content);
		crc = crc16_more(crc, content, slot_size(slot));
	}
	explicit_bzero(content, sizeof(content));
	return crc16_more(crc, plan->otp, OTP_SIZE);
}

/*
 * A signer with deterministic signatures may have only a short one for this
 * certificate. With another device key it has another one.
 */
static int make_certified_key(struct plan *plan, struct atecc *chip)
{
	int err = -ERANGE;

	for (int i = 0; i < KEYS_MOST && err == -ERANGE; i++) {
		err = make_key(plan, chip);
		if (err == 0)
			err = plan_certify(plan);
	}
	return err == -ERANGE ? -EIO : err;
}

static int fill(struct plan *plan, struct atecc *chip)
{
	int err;

	err = write_otp(plan, chip);
	if (err == 0 && !plan_has(plan, ITEM_DEVICE_CERT))
		err = make_certified_key(plan, chip);
	if (err < 0)
		return err;
	err = write_slots(plan, chip);
	if (err < 0)
		return err;
	err = lock_surely(chip, ATECC_LOCK_DATA, data_crc(plan));
	if (err < 0)
		return err;
	tell(plan, DATA_LOCKED);
	err = plan_verify(plan, chip);
	if (err == 0)
		tell(plan, DATA_VERIFIED);
	if (err == -EUCLEAN)
		return fail_because(
			EIO, "chip %s does not hold what was written: %s",
			plan->chip_name, fail_reason());
	return err;
}

/* The last step, also of a run that found the data zone locked. */
static int lock_slots(struct plan *plan, struct atecc *chip)
{
	const unsigned int slots = key_slots_to_lock(plan->kind);
	int err;

	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++) {
		if (!(slots & 1u << slot) ||
		    config_slot_is_locked(plan->config, slot))
			continue;
		err = lock_surely(chip, ATECC_LOCK_SLOT, (uint16_t)slot);
		if (err < 0)
			return err;
	}
	/* The block of the configuration that has all lock bytes. */
	err = atecc_read32(chip, ATECC_CONFIG, LOCKS_BLOCK * BLOCK_WORDS,
			   plan->config + LOCKS_BLOCK * BLOCK_SIZE);
	if (err < 0)
		return err;
	for (unsigned int slot = 0; slot < SLOT_COUNT; slot++)
		if (slots & 1u << slot &&
		    !config_slot_is_locked(plan->config, slot))
			return fail_because(
				EIO,
				"slot %u of chip %s is open, although the chip "
				"accepted its lock: write the request again",
				slot, plan->chip_name);
	tell(plan, COMPLETE);
	return 0;
}

int apply_commit(struct plan *plan, struct atecc *chip)
{
	int err = 0;

	progress_step(0, STEP_COUNT);
	if (plan->state == KEY_BLANK)
		err = configure(plan, chip);
	if (err == 0 && plan->state != KEY_DATA_LOCKED)
		err = fill(plan, chip);
	return err < 0 ? err : lock_slots(plan, chip);
}

int apply_begin(struct plan *plan, struct atecc *chip)
{
	int err = 0;

	if (plan->state == KEY_BLANK)
		err = configure(plan, chip);
	return err < 0 ? err : make_key(plan, chip);
}
