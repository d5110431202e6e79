/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SecureBoot of the 608. The host sends the digest of its firmware and a
 * signature; one of them may be stored on the chip. Operands, the configuration
 * field SecureBoot and the MAC follow Microchip's library.
 */
#include <string.h>

#include "commands.h"
#include "io_protection.h"
#include "key_rules.h"
#include "message.h"
#include "p256.h"
#include "temp_key.h"

#define MODE_STEP     0x07u
#define MODE_PROHIBIT 0x40u /* disables SecureBoot until power-off */
#define MODE_PROTECT  0x80u /* encrypted digest; answers a MAC */

enum boot_step { BOOT_FULL = 5, BOOT_FULL_STORE = 6, BOOT_FULL_COPY = 7 };

/* SecureBootMode: what the chip stores. */
enum boot_config {
	CONFIG_DISABLED,
	CONFIG_FULL_BOTH, /* nothing */
	CONFIG_FULL_SIG,
	CONFIG_FULL_DIG,
};

#define CONFIG_OPENS_LATCH 0x08
#define CONFIG_RANDOM	   0x10 /* only with a random nonce */

#define DIGEST		   32
#define SIGNATURE	   64

struct boot {
	enum boot_step step;
	enum boot_config config;
	unsigned int store_slot, key_slot;
	uint8_t digest[DIGEST], signature[SIGNATURE], mask[32];
};

static bool is_request(const struct chip_request *request)
{
	unsigned int step = request->mode & MODE_STEP;

	if (request->mode & ~(MODE_STEP | MODE_PROHIBIT | MODE_PROTECT) ||
	    step < BOOT_FULL || request->param2 != 0)
		return false;
	/* When the other part is stored, the digest alone is enough. */
	return request->len == DIGEST + SIGNATURE ||
	       (step == BOOT_FULL_STORE && request->len == DIGEST);
}

static void read_config(const struct chip *chip, struct boot *boot)
{
	const uint8_t *bytes = chip->eeprom.config + CONFIG_SECURE_BOOT;

	boot->config = bytes[0] & 3;
	boot->store_slot = bytes[1] & 15;
	boot->key_slot = bytes[1] >> 4;
}

/* The store is a slot, and its content must not be secret. */
static bool store_is_usable(struct chip *chip, const struct boot *boot)
{
	size_t len = boot->config == CONFIG_FULL_SIG ? SIGNATURE : DIGEST;

	if (boot->step == BOOT_FULL)
		return true;
	return boot->config != CONFIG_FULL_BOTH &&
	       key_can_store(chip, boot->store_slot, len);
}

static bool is_allowed(struct chip *chip, const struct boot *boot)
{
	uint8_t flags = chip->eeprom.config[CONFIG_SECURE_BOOT];

	if (!key_zones_locked(chip) || chip->no_secureboot ||
	    boot->config == CONFIG_DISABLED)
		return false;
	if (flags & CONFIG_RANDOM && !temp_key_is_random(&chip->sram))
		return false;
	return store_is_usable(chip, boot);
}

/* Sets the digest. The I/O protection key and TempKey may encrypt it. */
static bool take_digest(struct chip *chip, const struct chip_request *request,
			struct boot *boot)
{
	const uint8_t *nonce = temp_key_get(&chip->sram), *key;
	struct sha256_ctx message;

	memcpy(boot->digest, request->data, DIGEST);
	if (!(request->mode & MODE_PROTECT))
		return true;
	key = io_key(chip);
	if (!key || !nonce)
		return false;
	message_begin(&message, key);
	message_add(&message, nonce, 32);
	message_end(&message, boot->mask);
	for (unsigned int i = 0; i < DIGEST; i++)
		boot->digest[i] ^= boot->mask[i];
	return true;
}

/* Takes the signature from the command or from its slot. */
static void take_signature(struct chip *chip,
			   const struct chip_request *request,
			   struct boot *boot)
{
	if (boot->step == BOOT_FULL_STORE && boot->config == CONFIG_FULL_SIG)
		memcpy(boot->signature,
		       eeprom_slot(&chip->eeprom, boot->store_slot), SIGNATURE);
	else if (request->len > DIGEST)
		memcpy(boot->signature, request->data + DIGEST, SIGNATURE);
}

static enum chip_status judge(struct chip *chip, const struct boot *boot)
{
	const uint8_t *stored = eeprom_slot(&chip->eeprom, boot->store_slot);
	struct slot_rules rules =
		eeprom_slot_rules(&chip->eeprom, boot->key_slot);
	uint8_t point[64];

	if (boot->step == BOOT_FULL_STORE && boot->config == CONFIG_FULL_DIG)
		return memcmp(stored, boot->digest, DIGEST) == 0
			       ? STATUS_OK
			       : STATUS_MISCOMPARE;
	if (!key_public_point(chip, boot->key_slot, point) ||
	    !key_is_usable(chip, boot->key_slot, &rules) ||
	    !sim_p256_is_point(point))
		return STATUS_EXECUTION;
	return sim_p256_verify(point, boot->digest, boot->signature)
		       ? STATUS_OK
		       : STATUS_MISCOMPARE;
}

/* The firmware is verified. */
static void conclude(struct chip *chip, const struct chip_request *request,
		     const struct boot *boot)
{
	bool signature = boot->config == CONFIG_FULL_SIG;

	if (boot->step == BOOT_FULL_COPY)
		key_store(chip, boot->store_slot,
			  signature ? boot->signature : boot->digest,
			  signature ? SIGNATURE : DIGEST);
	if (chip->eeprom.config[CONFIG_SECURE_BOOT] & CONFIG_OPENS_LATCH)
		chip->latch = true;
	if (request->mode & MODE_PROHIBIT)
		chip->no_secureboot = true;
}

static enum chip_status answer_mac(const struct chip_request *request,
				   const struct boot *boot,
				   struct chip_reply *reply)
{
	bool digest_alone = boot->step == BOOT_FULL_STORE &&
			    boot->config == CONFIG_FULL_DIG;
	struct sha256_ctx message;
	uint8_t mac[32];

	message_begin(&message, boot->mask);
	message_add(&message, boot->digest, DIGEST);
	if (!digest_alone)
		message_add(&message, boot->signature, SIGNATURE);
	message_command(&message, request);
	message_end(&message, mac);
	return chip_answer(reply, mac, sizeof(mac));
}

enum chip_status command_secureboot(struct chip *chip,
				    const struct chip_request *request,
				    struct chip_reply *reply)
{
	struct boot boot = { .step = request->mode & MODE_STEP };
	enum chip_status status;

	if (!is_request(request))
		return STATUS_PARSE;
	read_config(chip, &boot);
	if (!is_allowed(chip, &boot) || !take_digest(chip, request, &boot))
		return STATUS_EXECUTION;
	take_signature(chip, request, &boot);
	status = judge(chip, &boot);
	if (status != STATUS_OK)
		return status;
	conclude(chip, request, &boot);
	return request->mode & MODE_PROTECT ? answer_mac(request, &boot, reply)
					    : STATUS_OK;
}
