/* SPDX-License-Identifier: Apache-2.0 */
/* Parses FILE[,option=value...]. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum sim_timing { TIMING_NONE, TIMING_TYPICAL, TIMING_MAX };

struct sim_options {
	char *file;
	char *model;  /* NULL: not given */
	char *faults; /* NULL: none */
	char *stats;  /* file for statistics at close; NULL: none */
	enum sim_timing timing;
	bool virtual_clock;
	bool wake_crc_c440;   /* the CRC of a wake after a failed self-test */
	unsigned int hz;      /* 0: bytes take no time */
	unsigned int address; /* 7-bit; 0: what the configuration says */
	bool seeded;
	uint64_t seed;
};

/*
 * Sets `options`. -EINVAL with a sentence, or -ENOMEM. The caller calls
 * sim_options_free() in every case.
 */
int sim_options_parse(const char *spec, struct sim_options *options);
void sim_options_free(struct sim_options *options);
