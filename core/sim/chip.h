/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip behind its bus interface: EEPROM, SRAM and the commands. It knows
 * nothing of I2C, of time, or of where its EEPROM is kept.
 */
#ifndef NK_SIM_CHIP_H
#define NK_SIM_CHIP_H

#include <nettle/hmac.h>

#include "eeprom.h"
#include "random.h"

/* ATECC508A data sheet, section 9.1.2 "Status/Error Codes". */
enum chip_status {
	STATUS_OK = 0x00,
	STATUS_MISCOMPARE = 0x01, /* CheckMac or Verify: no */
	STATUS_PARSE = 0x03,	  /* wrong in whatever state the chip is */
	STATUS_ECC_FAULT = 0x05,
	STATUS_SELF_TEST = 0x07, /* 608 */
	STATUS_HEALTH = 0x08,	 /* of the random generator */
	STATUS_EXECUTION = 0x0f, /* not in this state, or not this slot */
	STATUS_AFTER_WAKE = 0x11,
	STATUS_WATCHDOG = 0xee, /* no time left before the watchdog expires */
	STATUS_COMMUNICATION = 0xff,
};

enum chip_opcode {
	OP_PAUSE = 0x01,
	OP_READ = 0x02,
	OP_MAC = 0x08,
	OP_HMAC = 0x11,
	OP_WRITE = 0x12,
	OP_GENDIG = 0x15,
	OP_NONCE = 0x16,
	OP_LOCK = 0x17,
	OP_RANDOM = 0x1b,
	OP_DERIVE_KEY = 0x1c,
	OP_UPDATE_EXTRA = 0x20,
	OP_COUNTER = 0x24,
	OP_CHECKMAC = 0x28,
	OP_INFO = 0x30,
	OP_GENKEY = 0x40,
	OP_SIGN = 0x41,
	OP_ECDH = 0x43,
	OP_VERIFY = 0x45,
	OP_PRIV_WRITE = 0x46,
	OP_SHA = 0x47,
	OP_AES = 0x51,
	OP_KDF = 0x56,
	OP_SELF_TEST = 0x77,
	OP_SECURE_BOOT = 0x80,
};

/* TempKey, and the other 608 buffers that hold a digest or key. */
struct chip_buffer {
	uint8_t value[64];
	size_t len; /* 32 or 64; 0: not valid */
};

struct chip_sram {
	struct chip_buffer temp_key, digest, alt_key;
	/* TempKey's flags; without meaning while it is not valid. */
	bool from_input; /* SourceFlag: 1 fixed input, 0 random */
	bool from_gendig;
	bool from_genkey;
	bool no_mac;
	bool holds_private; /* 608: an ECC key that GenKey made */
	unsigned int temp_slot;
	/* The SHA command's context. */
	enum { SHA_NONE, SHA_PLAIN, SHA_HMAC } sha_kind;
	struct sha256_ctx sha;
	struct hmac_sha256_ctx hmac;
	/* CheckMac has succeeded with this slot since the last wake. */
	bool authorized;
	unsigned int auth_slot;
	/* SELF_TEST or HEALTH: what commands are answered by until sleep. */
	enum chip_status failure;
};

/* What becomes of programmed bytes when the power fails meanwhile. */
enum chip_tearing {
	TEAR_CHANGES, /* each that changes is old, new or any */
	TEAR_ALL,     /* each is old, new or any */
	TEAR_WHOLE,   /* all are old or all are new */
};

struct chip_programmed {
	uint8_t *bytes; /* in chip.eeprom */
	size_t len;
	enum chip_tearing tearing;
};

enum { CHIP_MOST_PROGRAMMED = 4 };

struct chip {
	enum sim_part part;
	struct eeprom eeprom;
	struct chip_sram sram;
	struct sim_random random;
	/* These two outlive sleep, not power (608). */
	bool latch;	    /* persistent latch */
	bool no_secureboot; /* SecureBoot has forbidden itself */
	/* What the command that was executed last has programmed. */
	struct chip_programmed programmed[CHIP_MOST_PROGRAMMED];
	size_t programmed_count;
	unsigned int used_keys; /* slots, as bits, that it has used */
};

struct chip_request {
	uint8_t opcode, mode;
	uint16_t param2;
	const uint8_t *data;
	size_t len;
};

enum { CHIP_LONGEST_REPLY = 99 };

/* Bytes between count and CRC. */
struct chip_reply {
	uint8_t data[CHIP_LONGEST_REPLY];
	size_t len;
	bool goes_idle; /* instead of a reply */
};

/* Sleep, or power lost: SRAM is forgotten. */
void chip_forget(struct chip *chip);
/* Power lost: so is what outlives sleep. */
void chip_power_off(struct chip *chip);
/* 7-bit, as the configuration has it. */
uint8_t chip_i2c_address(const struct chip *chip);

/* Execute one command; whatever happens, `reply` is what the chip answers. */
void chip_execute(struct chip *chip, const struct chip_request *request,
		  struct chip_reply *reply);

#endif
