/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bytes.h"
#include "sim_private.h"

/* Appends the statistics as a JSON object, as sim_stats() has them. */
int stats_json(const struct sim *sim, struct bytes *json);
