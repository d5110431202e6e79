/* SPDX-License-Identifier: Apache-2.0 */
/* What the program says to the processes of signing.h, and they to it. */
#ifndef NK_SIGNING_PROCESS_H
#define NK_SIGNING_PROCESS_H

#include <stdint.h>

#define SIGNING_ANSWER_S 20    /* a token, or its server, may take so long */
#define SIGNING_TEXT_MAX 16384 /* of an order */

/* To a worker: this, then the texts, each with its NUL. */
enum text { TEXT_PEM, TEXT_URL, TEXT_PIN, TEXT_PIN_FILE, TEXT_COUNT };

struct order {
	enum { ORDER_OPEN, ORDER_SIGN } kind;
	uint8_t value[64];	   /* the public key; a digest */
	uint32_t size[TEXT_COUNT]; /* with the NUL; 0: there is none */
};

/* And back. */
struct answer {
	int err;
	uint8_t signature[64];
	char reason[400];
};

/*
 * The keeper, in a process that was just forked: a worker for each socket that
 * comes over `control`, until that is closed.
 */
_Noreturn void signing_keep(int control, void (*confine)(void));

#endif
