/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-16 of the ATECC parts: polynomial 0x8005, register starts at 0, data
 * bits least significant first, result not reflected; sent low byte first
 * (ATECC508A data sheet, section 8.1.3 "CRC"). Also the CRC that Lock checks.
 */
uint16_t crc16(const uint8_t *data, size_t len);

/* Continue a CRC. `crc` is the result of the last call, 0 for the first. */
uint16_t crc16_more(uint16_t crc, const uint8_t *data, size_t len);
