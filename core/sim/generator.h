/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "chip.h"

/*
 * Sets `out` to `len` bytes of the chip's random generator; FF FF 00 00 again
 * and again before the configuration lock.
 */
void generator_draw(struct chip *chip, uint8_t *out, size_t len);
