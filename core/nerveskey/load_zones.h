/* SPDX-License-Identifier: Apache-2.0 */
/* Load items from the cached zones. Each appends to `out`. */
#pragma once

#include "key.h"

/* Appends `text` and a newline. */
int load_line(struct bytes *out, const void *text, size_t len);
/* Sets `hex`, of 2 * `len` + 1 bytes, to upper-case digits of `data`. */
void load_upper_hex(const uint8_t *data, size_t len, char *hex);

/* -ENODATA unless the OTP zone holds a NervesKey's serial. */
int require_otp(const struct nerveskey *key);

int load_serial(struct nerveskey *key, struct bytes *out);
int load_board(struct nerveskey *key, struct bytes *out);
int load_user(struct nerveskey *key, struct bytes *out);
int load_chip_serial(struct nerveskey *key, struct bytes *out);
int load_chip_model(struct nerveskey *key, struct bytes *out);
int load_chip_revision(struct nerveskey *key, struct bytes *out);
int load_chip_address(struct nerveskey *key, struct bytes *out);
int load_chip_config(struct nerveskey *key, struct bytes *out);
int load_chip_otp(struct nerveskey *key, struct bytes *out);
int load_chip_locks(struct nerveskey *key, struct bytes *out);
