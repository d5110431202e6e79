/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <errno.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "activation.h"
#include "error.h"
#include "fake_chip.h"

static void assert_digest(const uint8_t *message, size_t len, json_t *want)
{
	struct bytes digest = golden_hex(want, "digest");
	uint8_t got[32];

	assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA256, message, len, got),
			 0);
	assert_bytes(got, sizeof(got), &digest);
	bytes_free(&digest);
}

static void host_digests_match_the_captures(void **state)
{
	json_t *all = golden_json("packets.json");
	json_t *host = json_object_get(all, "host");
	json_t *mac = json_object_get(host, "checkmac");
	json_t *nonce = json_object_get(host, "random_nonce");
	struct bytes key = golden_hex(mac, "key");
	struct bytes tempkey = golden_hex(mac, "nonce");
	struct bytes serial = golden_hex(mac, "chip_sn");
	struct bytes want = golden_hex(mac, "message");
	struct bytes random = golden_hex(nonce, "rng");
	struct bytes seed = golden_hex(nonce, "seed");
	uint8_t message[CHECKMAC_MESSAGE_SIZE];

	(void)state;
	checkmac_message(key.data, tempkey.data, serial.data, message);
	assert_bytes(message, sizeof(message), &want);
	assert_digest(message, sizeof(message), mac);
	nonce_message(random.data, seed.data, message);
	assert_digest(message, NONCE_MESSAGE_SIZE, nonce);
	bytes_free(&key);
	bytes_free(&tempkey);
	bytes_free(&serial);
	bytes_free(&want);
	bytes_free(&random);
	bytes_free(&seed);
	json_decref(all);
}

#define LOST                   \
	{                      \
		.status = 0x08 \
	} /* until Sleep, which clears TempKey */

static void a_nonce_that_is_lost_is_made_again_three_times(void **state)
{
	static const struct {
		struct fake_step steps[6];
		int want;
		const char *sentence;
	} cases[] = {
		{ { { 0 }, LOST, { 0 }, LOST, { 0 } }, 0, "" },
		{ { { 0 }, LOST, { 0 }, LOST, { 0 }, LOST },
		  -EIO,
		  "lost its nonce" },
		{ { { 0 }, { .status = 0x01 } },
		  -EACCES,
		  "not the activation" },
		{ { { .status = 0x0f } }, -EPERM, "Nonce" },
	};
	static const uint8_t key[16], serial[9];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fake_chip *fake;
		struct atecc *chip = fake_begun(&fake, cases[i].steps, 6);

		fail_clear();
		assert_int_equal(activation_authorise(chip, key, serial),
				 cases[i].want);
		if (cases[i].want)
			assert_non_null(
				strstr(fail_reason(), cases[i].sentence));
		atecc_end(chip);
		atecc_close(chip);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(host_digests_match_the_captures),
		cmocka_unit_test(
			a_nonce_that_is_lost_is_made_again_three_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
