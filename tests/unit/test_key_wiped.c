/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for a signer's private key in this process' own memory. */
#include "golden.h"

#include <errno.h>
#include <fcntl.h>
#include <gmp.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"
#include "signer.h"

/* So many bytes of the key in a row are not there by chance. */
#define WINDOW 12
/* Larger mappings are a sanitizer's own. */
#define MAPPING_MAX (4ul << 20)

/* The key and its mirror image, each byte inverted: not to find themselves. */
static uint8_t needles[2][32];

/* No thread changes the copy; checking each byte for that takes long. */
#define PLAIN_READS __attribute__((no_sanitize("thread")))

PLAIN_READS static bool is_needle(const uint8_t *at, const uint8_t *needle)
{
	for (int i = 0; i < WINDOW; i++) {
		if ((at[i] ^ needle[i]) != 0xff)
			return false;
	}
	return true;
}

PLAIN_READS static size_t count_in(const uint8_t *data, size_t len)
{
	size_t found = 0;

	for (size_t at = 0; at + WINDOW <= len; at++) {
		for (int way = 0; way < 2; way++) {
			for (int from = 0; from + WINDOW <= 32; from += 4)
				found += is_needle(data + at,
						   needles[way] + from);
		}
	}
	return found;
}

/* A copy of each writable mapping is looked at, and wiped. */
static size_t count_in_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	const int memory = open("/proc/self/mem", O_RDONLY);
	unsigned long start, end;
	char line[512], mode[8];
	size_t found = 0;

	assert_non_null(maps);
	assert_true(memory >= 0);
	while (fgets(line, sizeof(line), maps)) {
		struct bytes copy = BYTES_INIT;
		ssize_t got;

		if (sscanf(line, "%lx-%lx %7s", &start, &end, mode) != 3 ||
		    strncmp(mode, "rw", 2) != 0 || end - start > MAPPING_MAX)
			continue;
		assert_int_equal(bytes_resize(&copy, end - start), 0);
		got = pread(memory, copy.data, copy.len, (off_t)start);
		if (got > 0)
			found += count_in(copy.data, (size_t)got);
		bytes_free(&copy);
	}
	close(memory);
	fclose(maps);
	return found;
}

static void load_needles(void)
{
	json_t *signers = golden_json("signers.json");
	struct bytes key =
		golden_hex(golden_named(signers, "y31"), "private_key");

	for (int i = 0; i < 32; i++) {
		needles[0][i] = key.data[i] ^ 0xff;
		needles[1][31 - i] = key.data[i] ^ 0xff;
	}
	bytes_free(&key);
	json_decref(signers);
}

static size_t in_freed;

/* GMP frees like this, unless it was told to wipe. */
static void inspect_and_free(void *memory, size_t size)
{
	in_freed += count_in(memory, size);
	free(memory);
}

static void issue_something(struct signer *signer)
{
	static const uint8_t chip_serial[9] = { 1 };
	const struct certificate_device device = { signer_public_key(signer),
						   chip_serial, 1,
						   chip_serial };
	struct bytes der = BYTES_INIT;
	uint8_t compressed[COMPRESSED_SIZE];

	assert_int_equal(
		signer_issue(signer, &device, 1795300000, compressed, &der), 0);
	bytes_free(&der);
}

static void a_signers_key_is_gone_when_it_is_freed(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert");
	struct bytes key = golden_file("signers/y31.key");
	const struct signer_source source = { .certificate_pem = &cert,
					      .key_pem = &key };
	struct signer *signer;

	(void)state;
	load_needles();
	mp_set_memory_functions(NULL, NULL, inspect_and_free);
	assert_int_equal(count_in_memory(), 0);
	assert_int_equal(signer_open(&source, &signer), 0);
	issue_something(signer);
	/* The search does find the key where it is. */
	assert_true(count_in_memory() > 0);
	signer_free(signer);
	bytes_free(&key);
	bytes_free(&cert);
	assert_int_equal(count_in_memory(), 0);
	assert_int_equal(in_freed, 0);
}

static void a_key_that_does_not_fit_is_gone_too(void **state)
{
	struct bytes cert = golden_file("signers/y10.cert");
	struct bytes key = golden_file("signers/y31.key");
	const struct signer_source source = { .certificate_pem = &cert,
					      .key_pem = &key };
	struct signer *signer;

	(void)state;
	load_needles();
	assert_int_equal(signer_open(&source, &signer), -EINVAL);
	bytes_free(&key);
	bytes_free(&cert);
	assert_int_equal(count_in_memory(), 0);
}

/* This program has no module, as after an update. */
static void a_key_in_a_token_needs_the_module(void **state)
{
	struct bytes cert = golden_file("signers/y31.cert");
	const struct signer_source source = { .certificate_pem = &cert,
					      .key_url = "pkcs11:object=x" };
	struct signer *signer;

	(void)state;
	assert_int_equal(signer_open(&source, &signer), -EIO);
	assert_non_null(strstr(fail_reason(), "mount again"));
	bytes_free(&cert);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signers_key_is_gone_when_it_is_freed),
		cmocka_unit_test(a_key_that_does_not_fit_is_gone_too),
		cmocka_unit_test(a_key_in_a_token_needs_the_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
