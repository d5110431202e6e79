/* SPDX-License-Identifier: Apache-2.0 */
/* Simulated chips to be provisioned. What fails here fails the test. */
#ifndef NK_PROVISION_BENCH_H
#define NK_PROVISION_BENCH_H

#include "provision_fixture.h"

#include "atecc.h"

struct bench {
	char dir[64], file[96];
};

/* An empty place in memory, and its removal. */
void bench_begin(struct bench *bench);
void bench_end(struct bench *bench);
/* The chip is this one of tests/golden/chip-images/. */
void bench_image(struct bench *bench, const char *image);
/* A blank one with this model and configuration. */
void bench_blank(struct bench *bench, const char *model, const char *config);
/* Byte `at` of its configuration is this one, in hex. */
void bench_patch(const struct bench *bench, size_t at, const char *byte);
/* The chip's file. */
struct bytes bench_content(const struct bench *bench);
json_t *bench_state(const struct bench *bench);

/*
 * Power the chip on with simulator options (beginning with a comma, or "") and
 * write `text` to its control file, as the mount does. 0 or the first error.
 */
int bench_write(const struct bench *bench, const char *options,
		enum provision_target target, const char *text);
/* The same with a request that outlives the chip, and a clock. */
int bench_write_staged(const struct bench *bench, const char *options,
		       struct provision *request, const char *text, time_t now);

/* Open, wake. bench_sleep() closes. */
struct atecc *bench_wake(const struct bench *bench);
void bench_sleep(struct atecc *chip);

/* `lines`, the golden signer's certificate and key, commit. */
struct bytes request_text(const char *lines, const char *signer);

/*
 * What the machine with the golden signer's key does with a begun chip's
 * request: the certificate in PEM, appended.
 */
void issue_certificate(const struct bench *bench, const char *serial,
		       struct bytes *pem);
/* `lines`, that certificate, the signer's, commit. */
struct bytes certified_text(const struct bench *bench, const char *lines,
			    const char *serial);

/* How many commands or transfers to go on to the next try: NK_STRIDE, or 1. */
size_t stride(void);

/* Configuration and data locked, and slots as in `locks`: "feff" or "f8ff". */
bool is_complete(const json_t *state, const char *locks);
/*
 * What the mount would show: the certificates are rebuilt from the chip, carry
 * `serial`, and verify.
 */
void assert_certified(const struct bench *bench, const char *serial);

#endif
