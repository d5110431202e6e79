/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chip that may lie, in place of the transports. It has the zones and keys of
 * a golden image and answers by them, without asking what is allowed, except
 * where the input says otherwise: for each transfer one byte of it chooses the
 * truth, silence, an adapter's error, delay, or bytes of the input's own, with
 * and without a good checksum.
 */
#pragma once

#include "fuzz.h"

#define HOSTILE_IMAGES 8
/* The longest that one transfer takes. */
#define HOSTILE_SLOWEST_US 100000

/* Read the images, once. */
void hostile_load(void);
/* A new chip like image `image`; `input` is the caller's, who may read it too. */
void hostile_begin(unsigned int image, struct input *input);
/* The bus's own clock. */
uint64_t hostile_now_us(void);
