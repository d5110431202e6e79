/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ATECC508A, 608A or 608B: wake, commands, sleep.
 *
 *	err = atecc_begin(chip, 2000);
 *	if (err == -EAGAIN)
 *		err = atecc_find(chip);
 *	if (err < 0)
 *		return err;
 *	err = atecc_sign(chip, 0, digest, signature);
 *	atecc_end(chip);
 *
 * Not thread-safe: the owner serialises. Between begin and end the watchdog is
 * looked after: idle and wake again before a command that might not finish, and
 * a new Nonce where it uses one. Commands outside begin/end are -EPROTO.
 *
 * Errors of every command below, with a sentence in fail_reason():
 *   -ENODEV     nothing answers at the address
 *   -ETIMEDOUT  the deadline given to begin has passed
 *   -EIO        wrong CRCs or broken replies until the retries were used up,
 *               or the chip's self-test failed
 *   -EPERM      the chip refused to execute (status 0F): locked, or the slot's
 *               configuration forbids it
 *   -EOPNOTSUPP the chip could not parse the command (status 03)
 *   -EBADE      the chip compared and says no (status 01): an answer that only
 *               CheckMac should get, here
 *   -ENOTRECOVERABLE  the reply to a command that must not be repeated blindly
 *               (Lock, GenKey create) was lost: read back
 *               what happened
 */
#ifndef NK_ATECC_H
#define NK_ATECC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct atecc;

enum atecc_part {
	ATECC_UNKNOWN,
	ATECC_508A,
	ATECC_608A,
	ATECC_608B,
	ATECC_608_NEWER, /* whose revision is above a 608B's */
};
enum atecc_zone { ATECC_CONFIG, ATECC_OTP, ATECC_DATA };

/* Counts since open; for metrics. Times on the bus's own clock. */
struct atecc_stats {
	uint64_t commands, retries, wakes, crc_errors, naks;
	/* Commands that write to it: Write, Lock, GenKey. */
	uint64_t eeprom_writes;
};

/* DEVICE as transport_open() has it. Nothing is sent to the chip. */
int atecc_open(const char *device, struct atecc **chip);
void atecc_close(struct atecc *chip);

/*
 * Before the first atecc_begin(): look for it at this address alone, for a short
 * time. Unlike one that DEVICE names, the address is a guess, and nothing is
 * written to it before a chip has answered there. atecc_find() then also
 * returns -EBUSY: somebody else has it.
 */
void atecc_look_only_at(struct atecc *chip, uint8_t address);

/* Sets `addresses` to where chips usually are; returns how many that are. */
size_t atecc_usual_addresses(const uint8_t **addresses);

/* 7-bit address, 0 while no chip has answered. */
uint8_t atecc_address(const struct atecc *chip);
/* Bus for people: "i2c-1". */
const char *atecc_bus_name(const struct atecc *chip);
const struct atecc_stats *atecc_stats(const struct atecc *chip);
/* The bus's clock: real, or the simulator's. */
uint64_t atecc_now_us(const struct atecc *chip);

/*
 * Wake the chip where it answered the last time, from whatever state it is in.
 * `deadline_ms` covers everything until end. -EAGAIN: it does not answer there
 * at once, and atecc_find() tells whether there is one.
 */
int atecc_begin(struct atecc *chip, unsigned int deadline_ms);
/* Sleep, always, also after failures. */
void atecc_end(struct atecc *chip);
/* Microseconds until the deadline given to begin; 0 when it has passed. */
uint64_t atecc_remaining_us(const struct atecc *chip);

/*
 * Read. `address` is the word address of the data sheet's table "Address
 * Encoding": for data, slot << 3 | block << 8 | word. The 32-byte form reads
 * the block that holds it.
 */
int atecc_read4(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		uint8_t data[static 4]);
int atecc_read32(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		 uint8_t data[static 32]);
/*
 * The 128 bytes; also tells the driver how long commands take on this part.
 * -EIO, never -EPERM. -EOPNOTSUPP: a part of another family, which the sentence
 * names.
 */
int atecc_read_config(struct atecc *chip, uint8_t config[static 128]);
int atecc_read_otp(struct atecc *chip, uint8_t otp[static 64]);
/* The first `len` bytes of a slot, 32 at a time where they fit, else by words. */
int atecc_read_slot(struct atecc *chip, unsigned int slot, uint8_t *data,
		    size_t len);

/* Write 4 or 32 bytes, unencrypted. Repeating it is harmless, and it does. */
int atecc_write(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		const uint8_t *data, size_t len);

/*
 * Lock: irreversible. The zone is locked only if the chip finds the same CRC
 * over its content. -ENOTRECOVERABLE: read the lock bytes.
 */
int atecc_lock_config(struct atecc *chip, uint16_t crc);
int atecc_lock_data(struct atecc *chip, uint16_t crc);
int atecc_lock_slot(struct atecc *chip, unsigned int slot);

int atecc_random(struct atecc *chip, uint8_t random[static 32]);

/* GenKey create: a new private key; -ENOTRECOVERABLE as Lock. X then Y. */
int atecc_create_key(struct atecc *chip, unsigned int slot,
		     uint8_t public_key[static 64]);
/* GenKey public: the public key of the private key in `slot`. */
int atecc_public_key(struct atecc *chip, unsigned int slot,
		     uint8_t public_key[static 64]);

/*
 * Sign a digest: Nonce (pass-through to TempKey) and Sign (external), the form
 * that 508A and 608 share. r then s.
 */
int atecc_sign(struct atecc *chip, unsigned int slot,
	       const uint8_t digest[static 32], uint8_t signature[static 64]);

/* ECDH with the key in `slot`, secret in the clear. */
int atecc_ecdh(struct atecc *chip, unsigned int slot,
	       const uint8_t public_key[static 64], uint8_t secret[static 32]);

/*
 * Persistent latch of the 608 (Info mode 04): state, and setting it, which the
 * chip allows right after atecc_checkmac().
 */
int atecc_latch(struct atecc *chip, bool *set);
int atecc_set_latch(struct atecc *chip);

/*
 * Authorising a volatile key is a sequence in one begin/end: atecc_nonce(),
 * the host's digests, atecc_checkmac(), atecc_set_latch(). This layer has no
 * SHA-256, so the digests are the caller's; host_digest.h has their messages.
 * -ESTALE from the later two: what went before is lost, start with a nonce.
 *
 * Nonce (mode 00): `random` is what the chip adds to `seed`; TempKey is the
 * digest of nonce_message().
 */
int atecc_nonce(struct atecc *chip, const uint8_t seed[static 20],
		uint8_t random[static 32]);
/*
 * CheckMac (mode 01) against the key in `slot` and TempKey. `response` is the
 * digest of checkmac_message(). -EBADE: it was made with another key.
 */
int atecc_checkmac(struct atecc *chip, unsigned int slot,
		   const uint8_t response[static 32]);

/* MAC (mode 05) of `challenge`, put into TempKey first, under the key in `slot`. */
int atecc_mac(struct atecc *chip, unsigned int slot,
	      const uint8_t challenge[static 32], uint8_t mac[static 32]);

#endif
