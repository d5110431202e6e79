/* SPDX-License-Identifier: Apache-2.0 */
/* The messages between the program and the processes of signing.h. */
#pragma once

#include <stdint.h>

#define SIGNING_ANSWER_S 20    /* seconds; a token or its server may be slow */
#define SIGNING_TEXT_MAX 16384 /* bytes of an order's texts */

/* An order to a worker. The texts follow it, each with its NUL. */
enum text { TEXT_PEM, TEXT_URL, TEXT_PIN, TEXT_PIN_FILE, TEXT_COUNT };

struct order {
	enum { ORDER_OPEN, ORDER_SIGN } kind;
	uint8_t value[64];	   /* the public key, or a digest */
	uint32_t size[TEXT_COUNT]; /* with the NUL; 0: absent */
};

/* A worker's answer. */
struct answer {
	int err;
	uint8_t signature[64];
	char reason[400];
};

/*
 * Runs the keeper in a process that was just forked. Forks a worker for each
 * socket received over `control`, and ends when `control` is closed.
 */
_Noreturn void signing_keep(int control, void (*confine)(void));
