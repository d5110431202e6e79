/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cryptoki.h"

/* Implements C_GetInfo for the function list of that version. Sets `info`. */
ck_rv_t general_info(struct ck_info *info, struct ck_version version);
