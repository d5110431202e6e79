/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates rebuilt from whole chips, and Trust&Go's. */
#include "golden.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>

#include "certificate.h"
#include "error.h"
#include "text.h"

static void assert_ok(int err)
{
	if (err != 0)
		fail_msg("error %d: %s", err, fail_reason());
}

/* A slot's bytes; bytes_free() them. */
static struct bytes slot_of(const json_t *chip, size_t slot)
{
	const json_t *data = json_object_get(chip, "data");
	const char *hex = json_string_value(json_array_get(data, slot));
	struct bytes content = BYTES_INIT;

	assert_non_null(hex);
	assert_ok(bytes_resize(&content, strlen(hex) / 2));
	assert_ok(hex_decode(hex, content.data, content.len));
	return content;
}

/* Configuration bytes 0 to 3 and 8 to 12. */
static void read_chip_serial(const json_t *chip, uint8_t serial[static 9])
{
	struct bytes config = golden_hex(chip, "config");

	memcpy(serial, config.data, 4);
	memcpy(serial + 4, config.data + 8, 5);
	bytes_free(&config);
}

/* Both certificates of a pair, from the slots they are kept in. */
static void rebuild_pair(const json_t *chip, const size_t slots[3],
			 struct bytes *device, struct bytes *signer)
{
	const json_t *expect = json_object_get(chip, "expect");
	const char *serial = golden_text(expect, "manufacturer_sn");
	struct bytes device_cert = slot_of(chip, slots[0]);
	struct bytes signer_key = slot_of(chip, slots[1]);
	struct bytes signer_cert = slot_of(chip, slots[2]);
	struct bytes public_key = golden_hex(expect, "public_key_raw");
	uint8_t chip_serial[9];
	const struct certificate_device facts = { public_key.data,
						  (const uint8_t *)serial,
						  strlen(serial), chip_serial };

	read_chip_serial(chip, chip_serial);
	assert_ok(certificate_rebuild_signer(signer_cert.data, signer_key.data,
					     signer));
	assert_ok(certificate_rebuild_device(device_cert.data, &facts, signer,
					     device));
	bytes_free(&device_cert);
	bytes_free(&signer_key);
	bytes_free(&signer_cert);
	bytes_free(&public_key);
}

static void check_pair(const json_t *chip, const size_t slots[3],
		       const char *device_member, const char *signer_member)
{
	const json_t *expect = json_object_get(chip, "expect");
	struct bytes device = BYTES_INIT, signer = BYTES_INIT;
	struct bytes want_device = golden_hex(expect, device_member);
	struct bytes want_signer = golden_hex(expect, signer_member);

	rebuild_pair(chip, slots, &device, &signer);
	assert_bytes(signer.data, signer.len, &want_signer);
	assert_bytes(device.data, device.len, &want_device);
	assert_ok(certificate_verify(&device, &signer));
	bytes_free(&device);
	bytes_free(&signer);
	bytes_free(&want_device);
	bytes_free(&want_signer);
}

static const size_t primary_slots[3] = { 10, 11, 12 };
static const size_t aux_slots[3] = { 9, 14, 15 };

/* Certificates that were checked in one image. */
static size_t check_image(const char *name)
{
	char path[512];
	json_t *chip;
	const json_t *expect;
	size_t pairs = 0;

	snprintf(path, sizeof(path), "chip-images/%s", name);
	chip = golden_json(path);
	expect = json_object_get(chip, "expect");
	if (golden_has(expect, "device_cert_der")) {
		check_pair(chip, primary_slots, "device_cert_der",
			   "signer_cert_der");
		pairs++;
	}
	if (golden_has(expect, "aux_device_cert_der")) {
		check_pair(chip, aux_slots, "aux_device_cert_der",
			   "aux_signer_cert_der");
		pairs++;
	}
	json_decref(chip);
	return pairs;
}

static void nerveskeys_rebuild_their_certificates(void **state)
{
	DIR *dir = opendir(GOLDEN_DIR "/chip-images");
	struct dirent *entry;
	size_t pairs = 0;

	(void)state;
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		/* Trust&Go, and the one that the library gets wrong. */
		if (entry->d_name[0] == '.' ||
		    strcmp(entry->d_name, "tng.json") == 0 ||
		    strcmp(entry->d_name, "508a-short-r.json") == 0)
			continue;
		pairs += check_image(entry->d_name);
	}
	closedir(dir);
	golden_count("certificate pairs of chips", pairs);
	assert_int_equal(pairs, 17);
}

static void a_short_r_is_rebuilt_as_it_was_signed(void **state)
{
	json_t *chip = golden_json("chip-images/508a-short-r.json");
	json_t *devices = golden_json("devices.json");
	const json_t *expect = json_object_get(chip, "expect");
	struct bytes device = BYTES_INIT, signer = BYTES_INIT;
	struct bytes library = golden_hex(expect, "device_cert_der"), want;

	(void)state;
	want = golden_hex(golden_named(devices, "sig-short-r"), "der");
	rebuild_pair(chip, primary_slots, &device, &signer);
	assert_bytes(device.data, device.len, &want);
	assert_false(bytes_equal(&device, &library));
	assert_ok(certificate_verify(&device, &signer));
	/* The library's has an integer that starts with too many zeros. */
	assert_int_equal(certificate_verify(&library, &signer), -EKEYREJECTED);
	bytes_free(&device);
	bytes_free(&signer);
	bytes_free(&library);
	bytes_free(&want);
	json_decref(devices);
	json_decref(chip);
}

/* Trust&Go slots hold 4 zero bytes before X and before Y. */
static void unpad_key(const struct bytes *slot, uint8_t key[static 64])
{
	memcpy(key, slot->data + 4, 32);
	memcpy(key + 32, slot->data + 40, 32);
}

struct tng {
	json_t *golden;
	struct bytes slot5, slot10, slot11, slot12, device_key, chip_serial;
	struct bytes signer_der, device_der;
	uint8_t signer_key[64];
};

static struct tng tng_load(void)
{
	json_t *golden = golden_json("trust-and-go.json");
	struct tng tng = {
		.golden = golden,
		.slot5 = golden_hex(golden, "slot5_first_12"),
		.slot10 = golden_hex(golden, "slot10"),
		.slot11 = golden_hex(golden, "slot11"),
		.slot12 = golden_hex(golden, "slot12"),
		.device_key = golden_hex(golden, "device_public_key_raw"),
		.chip_serial = golden_hex(golden, "chip_sn"),
		.signer_der =
			golden_hex(json_object_get(golden, "signer"), "der"),
		.device_der =
			golden_hex(json_object_get(golden, "device"), "der"),
	};

	unpad_key(&tng.slot11, tng.signer_key);
	return tng;
}

static void tng_free(struct tng *tng)
{
	bytes_free(&tng->slot5);
	bytes_free(&tng->slot10);
	bytes_free(&tng->slot11);
	bytes_free(&tng->slot12);
	bytes_free(&tng->device_key);
	bytes_free(&tng->chip_serial);
	bytes_free(&tng->signer_der);
	bytes_free(&tng->device_der);
	json_decref(tng->golden);
}

static int rebuild_tng(const struct tng *tng, const struct bytes *compressed,
		       struct bytes *der)
{
	const struct certificate_trust_device device = {
		.template = CERTIFICATE_TNGTLS,
		.public_key = tng->device_key.data,
		.chip_serial = tng->chip_serial.data,
		.eui = tng->slot5.data,
	};

	return certificate_rebuild_trust_device(compressed->data, &device,
						&tng->signer_der, der);
}

static int rebuild_tng_device(const struct tng *tng, struct bytes *der)
{
	return rebuild_tng(tng, &tng->slot10, der);
}

static void trust_and_go_is_rebuilt(void **state)
{
	struct tng tng = tng_load();
	struct bytes signer = BYTES_INIT, device = BYTES_INIT;

	(void)state;
	assert_ok(certificate_rebuild_tng_signer(tng.slot12.data,
						 tng.signer_key, &signer));
	assert_bytes(signer.data, signer.len, &tng.signer_der);
	assert_ok(rebuild_tng_device(&tng, &device));
	assert_bytes(device.data, device.len, &tng.device_der);
	assert_ok(certificate_verify(&device, &signer));
	golden_count("Trust&Go certificates", 2);
	bytes_free(&signer);
	bytes_free(&device);
	tng_free(&tng);
}

static void trust_and_go_wants_an_eui48(void **state)
{
	struct tng tng = tng_load();
	struct bytes device = BYTES_INIT;

	(void)state;
	tng.slot5.data[11] = 0xff;
	assert_int_equal(rebuild_tng_device(&tng, &device), -EUCLEAN);
	assert_int_equal(device.len, 0);
	tng_free(&tng);
}

static void one_kinds_bytes_are_not_anothers(void **state)
{
	struct tng tng = tng_load();
	struct bytes der = BYTES_INIT;
	const struct certificate_device device = { tng.device_key.data,
						   (const uint8_t *)"N1", 2,
						   tng.chip_serial.data };

	(void)state;
	assert_int_equal(certificate_rebuild_signer(tng.slot10.data,
						    tng.signer_key, &der),
			 -EUCLEAN);
	assert_int_equal(certificate_rebuild_device(tng.slot12.data, &device,
						    &tng.signer_der, &der),
			 -EUCLEAN);
	assert_int_equal(certificate_rebuild_tng_signer(tng.slot10.data,
							tng.signer_key, &der),
			 -EUCLEAN);
	assert_int_equal(rebuild_tng(&tng, &tng.slot12, &der), -EUCLEAN);
	/* The chain's number, and the source of the serial number. */
	for (int at = 69; at <= 70; at++) {
		tng.slot12.data[at] ^= at == 69 ? 1 : 0x10;
		assert_int_equal(certificate_rebuild_tng_signer(
					 tng.slot12.data, tng.signer_key, &der),
				 -EUCLEAN);
		tng.slot12.data[at] ^= at == 69 ? 1 : 0x10;
	}
	bytes_free(&tng.signer_der);
	assert_int_equal(rebuild_tng_device(&tng, &der), -EINVAL);
	assert_int_equal(der.len, 0);
	tng_free(&tng);
}

/* From the last byte of its identifier, 2.5.29.19: where, and what is there. */
static void a_ca_is_known_by_its_basic_constraints(void **state)
{
	static const struct {
		int at;
		uint8_t is, instead;
	} changes[] = {
		{ -12, 0xa3, 0xa2 }, { -9, 0x30, 0x31 }, { -6, 0x30, 0x31 },
		{ -4, 0x06, 0x05 },  { 0, 0x13, 0x14 },	 { 1, 0x01, 0x05 },
		{ 4, 0x04, 0x05 },   { 6, 0x30, 0x31 },	 { 8, 0x01, 0x02 },
		{ 10, 0xff, 0x00 },
	};
	struct bytes pem = golden_file("signers/y31.cert"), der = BYTES_INIT;
	uint8_t *last;

	(void)state;
	assert_ok(certificate_from_pem(&pem, &der));
	last = memmem(der.data, der.len, "\x06\x03\x55\x1d\x13", 5);
	assert_non_null(last);
	last += 4;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		uint8_t *byte = last + changes[i].at;

		assert_int_equal(*byte, changes[i].is);
		*byte = changes[i].instead;
		assert_false(certificate_is_ca(&der));
		*byte = changes[i].is;
		assert_true(certificate_is_ca(&der));
	}
	bytes_free(&der);
	bytes_free(&pem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nerveskeys_rebuild_their_certificates),
		cmocka_unit_test(a_short_r_is_rebuilt_as_it_was_signed),
		cmocka_unit_test(trust_and_go_is_rebuilt),
		cmocka_unit_test(trust_and_go_wants_an_eui48),
		cmocka_unit_test(one_kinds_bytes_are_not_anothers),
		cmocka_unit_test(a_ca_is_known_by_its_basic_constraints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
