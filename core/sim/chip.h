/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chip behind its bus interface: EEPROM, SRAM and commands. It knows
 * nothing of I2C, of time, or of the file that holds its EEPROM.
 */
#pragma once

#include <nettle/hmac.h>

#include "eeprom.h"
#include "random.h"

/* ATECC508A data sheet, section 9.1.2 "Status/Error Codes". */
enum chip_status {
	STATUS_OK = 0x00,
	STATUS_MISCOMPARE = 0x01, /* CheckMac or Verify failed */
	STATUS_PARSE = 0x03,	  /* wrong in any state */
	STATUS_ECC_FAULT = 0x05,
	STATUS_SELF_TEST = 0x07, /* 608 */
	STATUS_HEALTH = 0x08,	 /* of the random generator */
	STATUS_EXECUTION = 0x0f, /* not permitted in this state or slot */
	STATUS_AFTER_WAKE = 0x11,
	STATUS_WATCHDOG = 0xee, /* the watchdog expires too soon */
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
	/* TempKey's flags. They mean nothing while it is not valid. */
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
	/* CheckMac succeeded with this slot since the last wake. */
	bool authorized;
	unsigned int auth_slot;
	/* The status that answers commands until sleep: SELF_TEST or HEALTH. */
	enum chip_status failure;
};

/* The result of a power cut on bytes that are being programmed. */
enum chip_tearing {
	TEAR_CHANGES, /* each changed byte is old, new or any */
	TEAR_ALL,     /* each byte is old, new or any */
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
	/* On a 608 these survive sleep, but not power-off. */
	bool latch;	    /* persistent latch */
	bool no_secureboot; /* SecureBoot has disabled itself */
	/* What the last command programmed. */
	struct chip_programmed programmed[CHIP_MOST_PROGRAMMED];
	size_t programmed_count;
	unsigned int used_keys; /* bit mask of the slots it used */
};

struct chip_request {
	uint8_t opcode, mode;
	uint16_t param2;
	const uint8_t *data;
	size_t len;
};

enum { CHIP_LONGEST_REPLY = 99 };

/* The bytes between count and CRC. */
struct chip_reply {
	uint8_t data[CHIP_LONGEST_REPLY];
	size_t len;
	bool goes_idle; /* goes idle and does not reply */
};

/* Clears SRAM, as sleep and power-off do. */
void chip_forget(struct chip *chip);
/* Also clears what survives sleep. */
void chip_power_off(struct chip *chip);
/* Returns the 7-bit address that the configuration gives. */
uint8_t chip_i2c_address(const struct chip *chip);

/* Executes one command. Always sets `reply` to the chip's answer. */
void chip_execute(struct chip *chip, const struct chip_request *request,
		  struct chip_reply *reply);
