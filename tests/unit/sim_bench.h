/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated chip on a bench: its file, and commands sent by hand. */
#ifndef NK_SIM_BENCH_H
#define NK_SIM_BENCH_H

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
/* Slot 3 as a secret for MAC and AES, with nothing else to ask for. */
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

/* An empty place for FILE. */
void bench_begin(struct bench *bench);
/*
 * FILE as a chip image of tests/golden/chip-images/ with changes: "20:8f0f" puts
 * bytes into the configuration, "s5:00" repeats a byte all over a slot, "s5=.."
 * puts bytes at its start, "k1=.." is a private key. NULL: none.
 */
void bench_image(struct bench *bench, const char *image, const char *changes);
/* FILE as this text. */
void bench_put(const struct bench *bench, const char *text);
/* Power on; 0 or -errno. */
int bench_try_open(struct bench *bench, const char *options);
/* Power on, and wake it; `options` begin with a comma, "" for none. */
void bench_open(struct bench *bench, const char *options);
void bench_close(struct bench *bench);
/* The three of them. */
void bench_start(struct bench *bench, const char *image, const char *changes,
		 const char *options);
/* Close, and remove the place. */
void bench_end(struct bench *bench);

/* Wake; fails the test unless 04 11 33 43 comes. */
void bench_wake(struct bench *bench);
/* A transfer to its address, as it is; `hex` as bytes. */
int bench_write(struct bench *bench, const char *hex);
int bench_read(struct bench *bench, uint8_t *data, size_t len);
/* Send opcode, mode, param2, data given as hex; the transfer's result. */
int bench_send(struct bench *bench, const char *payload);
/* Read a reply and check its CRC. */
void bench_receive(struct bench *bench);
/* Send, wait as long as it is not there, receive. */
void bench_command(struct bench *bench, const char *payload);

/*
 * Play steps: PAYLOAD=SS (answers that status byte), PAYLOAD#N (N bytes),
 * PAYLOAD:HEX (these), wake, idle, sleep. `what` is what a failure is reported
 * as.
 */
void bench_play(struct bench *bench, const char *what, const char *steps);

/* A sim_control() command that is to work. */
void bench_control(struct bench *bench, const char *command);

/*
 * A row of a table of rules: steps on a chip. What is true of a blank or a
 * provisioned 608B is tried on a 608A as well.
 */
struct rule {
	const char *name, *image, *changes, *steps;
};
void bench_rules(const struct rule *rules, size_t count);

/* The command's answer is this status byte alone. */
#define assert_status(bench, payload, status)                           \
	do {                                                            \
		bench_command(bench, payload);                          \
		if ((bench)->len != 1 || (bench)->reply[0] != (status)) \
			fail_msg("%s: %zu bytes, first %02x", payload,  \
				 (bench)->len, (bench)->reply[0]);      \
	} while (0)
/* The command's answer is `want` bytes. */
#define assert_answer(bench, payload, want)                            \
	do {                                                           \
		bench_command(bench, payload);                         \
		if ((bench)->len != (want))                            \
			fail_msg("%s: %zu bytes, first %02x", payload, \
				 (bench)->len, (bench)->reply[0]);     \
	} while (0)

#endif
