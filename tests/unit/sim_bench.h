/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated chip, its file, and commands sent to it directly. */
#pragma once

#include "golden.h"
#include "sim.h"

/* Data of commands, in hex. */
#define B4  "5a5a5a5a"
#define B20 B4 B4 B4 B4 B4
#define B32 B4 B4 B4 B4 B4 B4 B4 B4
#define B64 B32 B32
#define B77 B64 "00000000000000000000000000"

/* Changes of an image. */
#define CONFIG_LOCKED "87:00 "
#define BOTH_LOCKED   "87:00 86:00 "
/* Slot 3 is a secret for MAC and AES, usable without further conditions. */
#define SECRET_3 "26:8f8f 102:1800 "

/* Steps: something in TempKey. */
#define TEMP_KEY     "16030000" B32 "=00 "
#define RANDOM_KEY   "16000000" B20 "#32 "

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct bench {
	char dir[64], file[96];
	struct sim *sim;
	uint8_t address;
	uint8_t reply[100]; /* between count and CRC */
	size_t len;
};

/* Make an empty directory for FILE. */
void bench_begin(struct bench *bench);
/*
 * Write an image of tests/golden/chip-images/ to FILE, with changes: "20:8f0f"
 * sets bytes of the configuration, "s5:00" fills a slot with a byte, "s5=.."
 * sets the first bytes of a slot, "k1=.." a private key. NULL: no changes.
 */
void bench_image(struct bench *bench, const char *image, const char *changes);
/* Write this text to FILE. */
void bench_put(const struct bench *bench, const char *text);
/* Power on; 0 or -errno. */
int bench_try_open(struct bench *bench, const char *options);
/* Power on, and wake it; `options` begin with a comma, "" for none. */
void bench_open(struct bench *bench, const char *options);
void bench_close(struct bench *bench);
/* bench_begin(), bench_image() and bench_open(). */
void bench_start(struct bench *bench, const char *image, const char *changes,
		 const char *options);
/* Close the chip, and remove the directory. */
void bench_end(struct bench *bench);

/* Wake the chip; fails the test unless it answers 04 11 33 43. */
void bench_wake(struct bench *bench);
/* One plain transfer to or from its address. */
int bench_write(struct bench *bench, const char *hex);
int bench_read(struct bench *bench, uint8_t *data, size_t len);
/* Send opcode, mode, param2 and data, in hex. Returns the transfer's result. */
int bench_send(struct bench *bench, const char *payload);
/* Read a reply and check its CRC. */
void bench_receive(struct bench *bench);
/* Send, wait until the chip answers, receive. */
void bench_command(struct bench *bench, const char *payload);

/*
 * Run steps: PAYLOAD=SS (the answer is this status byte), PAYLOAD#N (it has N
 * bytes), PAYLOAD:HEX (it is these bytes), wake, idle, sleep. `what` names the
 * case in a failure.
 */
void bench_play(struct bench *bench, const char *what, const char *steps);

/* Run a sim_control() command, which must succeed. */
void bench_control(struct bench *bench, const char *command);

/*
 * A row of a table of rules: steps on a chip. A rule for a blank or provisioned
 * 608B is also tried on a 608A.
 */
struct rule {
	const char *name, *image, *changes, *steps;
};
void bench_rules(const struct rule *rules, size_t count);

/* The answer of the command is only this status byte. */
#define assert_status(bench, payload, status)                           \
	do {                                                            \
		bench_command(bench, payload);                          \
		if ((bench)->len != 1 || (bench)->reply[0] != (status)) \
			fail_msg("%s: %zu bytes, first %02x", payload,  \
				 (bench)->len, (bench)->reply[0]);      \
	} while (0)
/* The answer of the command has `want` bytes. */
#define assert_answer(bench, payload, want)                            \
	do {                                                           \
		bench_command(bench, payload);                         \
		if ((bench)->len != (want))                            \
			fail_msg("%s: %zu bytes, first %02x", payload, \
				 (bench)->len, (bench)->reply[0]);     \
	} while (0)
