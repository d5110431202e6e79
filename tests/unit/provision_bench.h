/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated chips to provision. A helper that fails ends the test as failed. */
#pragma once

#include "provision_fixture.h"

#include "atecc.h"

struct bench {
	char dir[64], file[96];
};

/* Make an empty directory on a tmpfs; remove it. */
void bench_begin(struct bench *bench);
void bench_end(struct bench *bench);
/* Make the chip from an image of tests/golden/chip-images/. */
void bench_image(struct bench *bench, const char *image);
/* Make a blank chip with this model and configuration. */
void bench_blank(struct bench *bench, const char *model, const char *config);
/* Set byte `at` of its configuration, in hex. */
void bench_patch(const struct bench *bench, size_t at, const char *byte);
/* The content of the chip's file. */
struct bytes bench_content(const struct bench *bench);
json_t *bench_state(const struct bench *bench);

/*
 * Power the chip on with simulator options ("" or beginning with a comma), and
 * write `text` to its control file as the mount does. 0 or the first error.
 */
int bench_write(const struct bench *bench, const char *options,
		enum provision_target target, const char *text);
/* The same with a request that outlives the chip, and a clock. */
int bench_write_staged(const struct bench *bench, const char *options,
		       struct provision *request, const char *text, time_t now);

/* Open and wake the chip. bench_sleep() closes it. */
struct atecc *bench_wake(const struct bench *bench);
void bench_sleep(struct atecc *chip);

/* `lines`, the golden signer's certificate and key, commit. */
struct bytes request_text(const char *lines, const char *signer);

/*
 * Append to `pem` a certificate for a chip after `begin`, issued with the golden
 * signer's key as on another machine.
 */
void issue_certificate(const struct bench *bench, const char *serial,
		       struct bytes *pem);
/* `lines`, that certificate, the signer's, commit. */
struct bytes certified_text(const struct bench *bench, const char *lines,
			    const char *serial);

/* Try each so many-th command or transfer only: NK_STRIDE, or 1. */
size_t stride(void);

/* Both zones are locked, and the slots as in `locks`: "feff" or "f8ff". */
bool is_complete(const json_t *state, const char *locks);
/* The certificates that are rebuilt from the chip have `serial`, and verify. */
void assert_certified(const struct bench *bench, const char *serial);
