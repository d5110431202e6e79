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
 * Not thread-safe: only one thread at a time may use a chip. Between begin and
 * end the driver takes care of the watchdog: before a command that might not
 * finish in time it sends Idle and wakes the chip again, and it repeats the
 * Nonce of a command that uses one. Commands outside begin/end return -EPROTO.
 *
 * Each function sets its out-parameters, and only on success.
 *
 * Errors of every command below, with a sentence in fail_reason():
 *   -ENODEV     nothing answers at the address
 *   -ETIMEDOUT  the deadline given to begin has passed
 *   -EIO        wrong CRCs or broken replies until the retries were used up,
 *               or the chip's self-test failed
 *   -EPERM      the chip refused to execute (status 0F): locked, or the slot's
 *               configuration forbids it
 *   -EOPNOTSUPP the chip could not parse the command (status 03)
 *   -EBADE      the chip compared two values that differ (status 01). Of the
 *               commands here only CheckMac compares.
 *   -ENOTRECOVERABLE  the reply to a command that must not be repeated blindly
 *               (Lock, GenKey create) was lost. Read from the chip whether it
 *               was executed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct atecc;

enum atecc_part {
	ATECC_UNKNOWN,
	ATECC_508A,
	ATECC_608A,
	ATECC_608B,
	ATECC_608_NEWER, /* its revision is above a 608B's */
};
enum atecc_zone { ATECC_CONFIG, ATECC_OTP, ATECC_DATA };

/* Counts since atecc_open(), for metrics. */
struct atecc_stats {
	uint64_t commands, retries, wakes, crc_errors, naks;
	/* Commands that write to the EEPROM: Write, Lock, GenKey. */
	uint64_t eeprom_writes;
};

/*
 * Open the bus of DEVICE and set *chip, which the caller closes. Sends nothing
 * to the chip. Errors of transport_open().
 */
int atecc_open(const char *device, struct atecc **chip);
/* Close the bus and free the chip; NULL does nothing. */
void atecc_close(struct atecc *chip);

/*
 * Look for the chip only at this address, for a short time. Call it before the
 * first atecc_begin(). Unlike an address that DEVICE names, this one is a guess:
 * nothing is written to it before a chip has answered there. atecc_find() then
 * also returns -EBUSY when a kernel driver or another program has the address.
 */
void atecc_look_only_at(struct atecc *chip, uint8_t address);

/*
 * Set *addresses to the 7-bit addresses that chips usually have, a constant
 * array, and return their number.
 */
size_t atecc_usual_addresses(const uint8_t **addresses);

/* 7-bit address; 0 while no chip has answered. */
uint8_t atecc_address(const struct atecc *chip);
/* The bus's name in messages, e.g. "i2c-1". It belongs to `chip`. */
const char *atecc_bus_name(const struct atecc *chip);
/* They belong to `chip` and go on counting. */
const struct atecc_stats *atecc_stats(const struct atecc *chip);
/* The bus's clock in microseconds: the real one or the simulator's. */
uint64_t atecc_now_us(const struct atecc *chip);

/*
 * Wake the chip where it answered the last time, whatever state it is in.
 * `deadline_ms` is the time for everything until atecc_end(). -EAGAIN: it does
 * not answer there at once; atecc_find() tells whether there is a chip.
 */
int atecc_begin(struct atecc *chip, unsigned int deadline_ms);
/* Send Sleep, also after failures. */
void atecc_end(struct atecc *chip);
/* Microseconds until the deadline given to begin; 0 when it has passed. */
uint64_t atecc_remaining_us(const struct atecc *chip);

/*
 * Read 4 or 32 bytes of a zone. `address` is the word address of the data
 * sheet's table "Address Encoding": for the data zone, slot << 3 | block << 8 |
 * word. atecc_read32() reads the whole block that has this word.
 */
int atecc_read4(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		uint8_t data[static 4]);
int atecc_read32(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		 uint8_t data[static 32]);
/*
 * Read the whole configuration zone, and learn from it how long commands take
 * on this part. The zone is always readable, so a refusal is -EIO here, not
 * -EPERM. -EOPNOTSUPP: the chip is of another family, which the sentence names.
 */
int atecc_read_config(struct atecc *chip, uint8_t config[static 128]);
/* Read the whole OTP zone. */
int atecc_read_otp(struct atecc *chip, uint8_t otp[static 64]);
/*
 * Read the first `len` bytes of a slot: blocks of 32 bytes, then words of 4
 * where the slot ends before a block does. -EINVAL: the slot is shorter.
 */
int atecc_read_slot(struct atecc *chip, unsigned int slot, uint8_t *data,
		    size_t len);

/*
 * Write 4 or 32 bytes in the clear. A write whose reply is lost is repeated,
 * which is harmless. -EINVAL: another length.
 */
int atecc_write(struct atecc *chip, enum atecc_zone zone, uint16_t address,
		const uint8_t *data, size_t len);

/* The modes of Lock. */
enum atecc_lock { ATECC_LOCK_CONFIG, ATECC_LOCK_DATA, ATECC_LOCK_SLOT };
/*
 * Lock a zone or a slot, which cannot be undone. The chip locks a zone only if
 * the CRC of its content equals `argument`, which is the slot otherwise.
 * -ENOTRECOVERABLE: read the lock bytes.
 */
int atecc_lock(struct atecc *chip, enum atecc_lock lock, uint16_t argument);

/* Sets `random` to 32 bytes of the chip's generator. */
int atecc_random(struct atecc *chip, uint8_t random[static 32]);

/*
 * GenKey create: make a new private key in `slot`, and set `public_key` to X,
 * then Y. -ENOTRECOVERABLE: read the public key.
 */
int atecc_create_key(struct atecc *chip, unsigned int slot,
		     uint8_t public_key[static 64]);
/* GenKey public: sets `public_key` to X, then Y, of the key in `slot`. */
int atecc_public_key(struct atecc *chip, unsigned int slot,
		     uint8_t public_key[static 64]);

/* Info KeyValid: whether `slot` holds the private key that it is for. */
int atecc_key_valid(struct atecc *chip, unsigned int slot, bool *valid);

/*
 * Sign a digest with the key in `slot`: Nonce (pass-through to TempKey), then
 * Sign (external), which the 508A and the 608 both have. Sets `signature` to r,
 * then s.
 */
int atecc_sign(struct atecc *chip, unsigned int slot,
	       const uint8_t digest[static 32], uint8_t signature[static 64]);

/* ECDH with the key in `slot`. The chip sends the secret in the clear. */
int atecc_ecdh(struct atecc *chip, unsigned int slot,
	       const uint8_t public_key[static 64], uint8_t secret[static 32]);

/* The persistent latch of the 608 (Info mode 04). */
int atecc_latch(struct atecc *chip, bool *set);
/* The chip sets the latch only right after a successful atecc_checkmac(). */
int atecc_set_latch(struct atecc *chip);

/*
 * Authorising a volatile key is a sequence in one begin/end: atecc_nonce(),
 * atecc_checkmac(), atecc_set_latch(), as in core/provision/activation.c. The
 * caller makes the digests. -ESTALE from the last two means that TempKey was
 * lost: begin again with atecc_nonce().
 *
 * Nonce (mode 00). Sets `random` to the chip's part of the nonce.
 */
int atecc_nonce(struct atecc *chip, const uint8_t seed[static 20],
		uint8_t random[static 32]);
/*
 * CheckMac (mode 01) with the key in `slot` and TempKey. `response` is the
 * digest of checkmac_message(). -EBADE: `response` was made with another key.
 */
int atecc_checkmac(struct atecc *chip, unsigned int slot,
		   const uint8_t response[static 32]);

/* MAC (mode 05): puts `challenge` into TempKey, then uses the key in `slot`. */
int atecc_mac(struct atecc *chip, unsigned int slot,
	      const uint8_t challenge[static 32], uint8_t mac[static 32]);
