/* SPDX-License-Identifier: Apache-2.0 */
#include "provision_bench.h"

#include "begin.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "certificate.h"
#include "error.h"
#include "config_zone.h"
#include "otp.h"
#include "signer.h"
#include "slots.h"

void bench_begin(struct bench *bench)
{
	snprintf(bench->dir, sizeof(bench->dir), "%s/nk-provision-XXXXXX",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(bench->dir));
	snprintf(bench->file, sizeof(bench->file), "%s/chip.json", bench->dir);
}

void bench_end(struct bench *bench)
{
	unlink(bench->file);
	assert_int_equal(rmdir(bench->dir), 0);
}

void bench_image(struct bench *bench, const char *image)
{
	char path[128];
	json_t *json;

	snprintf(path, sizeof(path), "chip-images/%s.json", image);
	json = golden_json(path);
	assert_int_equal(json_dump_file(json, bench->file, 0), 0);
	json_decref(json);
}

void bench_blank(struct bench *bench, const char *model, const char *config)
{
	char path[128];
	json_t *json;

	snprintf(path, sizeof(path), "chip-images/%s-factory.json", model);
	json = golden_json(path);
	json_object_set_new(json, "config", json_string(config));
	assert_int_equal(json_dump_file(json, bench->file, 0), 0);
	json_decref(json);
}

void bench_patch(const struct bench *bench, size_t at, const char *byte)
{
	json_t *json = bench_state(bench);
	char config[257];

	snprintf(config, sizeof(config), "%s", golden_text(json, "config"));
	memcpy(config + 2 * at, byte, 2);
	json_object_set_new(json, "config", json_string(config));
	assert_int_equal(json_dump_file(json, bench->file, 0), 0);
	json_decref(json);
}

struct bytes bench_content(const struct bench *bench)
{
	json_t *state = bench_state(bench);
	struct bytes content = BYTES_INIT;
	char *text = json_dumps(state, JSON_SORT_KEYS);

	assert_non_null(text);
	assert_int_equal(bytes_set(&content, text, strlen(text)), 0);
	free(text);
	json_decref(state);
	return content;
}

json_t *bench_state(const struct bench *bench)
{
	json_error_t error;
	json_t *json = json_load_file(bench->file, 0, &error);

	if (!json)
		fail_msg("%s: %s", bench->file, error.text);
	return json;
}

static int act(struct provision *request, struct atecc *chip,
	       enum provision_verb verb, time_t now)
{
	int err;

	if (verb == PROVISION_STAGED || verb == PROVISION_RESET)
		return 0;
	err = begin(chip, 60000);
	if (err < 0) {
		provision_no_chip(request, verb);
		return err;
	}
	err = provision_act(request, verb, chip, now);
	atecc_end(chip);
	return err;
}

static struct atecc *open_chip(const struct bench *bench, const char *options)
{
	struct atecc *chip = NULL;
	char device[640];

	snprintf(device, sizeof(device), "sim:%s,clock=virtual%s", bench->file,
		 options);
	if (atecc_open(device, &chip) < 0)
		fail_msg("%s: %s", device, fail_reason());
	return chip;
}

int bench_write_staged(const struct bench *bench, const char *options,
		       struct provision *request, const char *text, time_t now)
{
	struct atecc *chip = open_chip(bench, options);
	size_t len = strlen(text), used;
	enum provision_verb verb;
	int err = 0, end;

	fail_clear();
	while (len && err == 0) {
		err = provision_feed(request, text, len, &used, &verb);
		if (err < 0)
			break;
		text += used;
		len -= used;
		err = act(request, chip, verb, now);
	}
	if (err == 0)
		err = provision_written(request, &verb);
	if (err == 0)
		err = act(request, chip, verb, now);
	end = provision_closed(request);
	atecc_close(chip);
	return err < 0 ? err : end;
}

int bench_write(const struct bench *bench, const char *options,
		enum provision_target target, const char *text)
{
	struct provision *request = new_request(target);
	int err;

	err = bench_write_staged(bench, options, request, text, time(NULL));
	provision_free(request);
	return err;
}

struct atecc *bench_wake(const struct bench *bench)
{
	struct atecc *chip = open_chip(bench, "");

	if (begin(chip, 10000) < 0)
		fail_msg("%s", fail_reason());
	return chip;
}

void bench_sleep(struct atecc *chip)
{
	atecc_end(chip);
	atecc_close(chip);
}

struct bytes request_text(const char *lines, const char *signer)
{
	struct bytes text = BYTES_INIT;
	char path[64];

	assert_int_equal(bytes_printf(&text, "%s", lines), 0);
	snprintf(path, sizeof(path), "signers/%s.cert", signer);
	append_file(&text, path);
	snprintf(path, sizeof(path), "signers/%s.key", signer);
	append_file(&text, path);
	assert_int_equal(bytes_printf(&text, "commit\n"), 0);
	return text;
}

size_t stride(void)
{
	const char *text = getenv("NK_STRIDE");
	long number = text ? strtol(text, NULL, 10) : 1;

	return number > 0 ? (size_t)number : 1;
}

bool is_complete(const json_t *state, const char *locks)
{
	const char *config = golden_text(state, "config");
	char want[9];

	snprintf(want, sizeof(want), "0000%s", locks);
	return strncmp(config + 2 * 86, want, 8) == 0;
}

void assert_certified(const struct bench *bench, const char *serial)
{
	struct bytes signer = BYTES_INIT, device = BYTES_INIT;
	uint8_t config[CONFIG_SIZE], raw_otp[OTP_SIZE], chip_serial[9];
	uint8_t slots[3][72], public_key[64];
	struct atecc *chip = bench_wake(bench);
	struct certificate_device names = { .public_key = public_key,
					    .chip_serial = chip_serial };
	struct otp otp;

	assert_int_equal(atecc_read_config(chip, config), 0);
	assert_int_equal(atecc_read_otp(chip, raw_otp), 0);
	for (unsigned int i = 0; i < 3; i++)
		assert_int_equal(atecc_read_slot(chip, SLOT_DEVICE_CERT + i,
						 slots[i], 72),
				 0);
	assert_int_equal(atecc_public_key(chip, SLOT_DEVICE_KEY, public_key),
			 0);
	bench_sleep(chip);
	config_serial(config, chip_serial);
	assert_int_equal(otp_decode(raw_otp, &otp), 0);
	names.serial = otp.serial;
	names.serial_len = otp.serial_len;
	assert_int_equal(otp.serial_len, strlen(serial));
	assert_memory_equal(otp.serial, serial, otp.serial_len);
	assert_int_equal(
		certificate_rebuild_signer(slots[2], slots[1], &signer), 0);
	assert_int_equal(
		certificate_rebuild_device(slots[0], &names, &signer, &device),
		0);
	assert_int_equal(certificate_verify(&signer, &signer), 0);
	assert_int_equal(certificate_verify(&device, &signer), 0);
	bytes_free(&signer);
	bytes_free(&device);
}

void issue_certificate(const struct bench *bench, const char *serial,
		       struct bytes *pem)
{
	struct bytes certificate = golden_file("signers/y31.cert");
	struct bytes key = golden_file("signers/y31.key");
	struct signer_source source = { .certificate_pem = &certificate,
					.key_pem = &key };
	uint8_t config[CONFIG_SIZE], chip_serial[9], public_key[64];
	struct certificate_device device = {
		.public_key = public_key,
		.serial = (const uint8_t *)serial,
		.serial_len = strlen(serial),
		.chip_serial = chip_serial,
	};
	struct atecc *chip = bench_wake(bench);
	uint8_t compressed[COMPRESSED_SIZE];
	struct bytes der = BYTES_INIT;
	struct signer *signer;

	assert_int_equal(atecc_read_config(chip, config), 0);
	assert_int_equal(atecc_public_key(chip, SLOT_DEVICE_KEY, public_key),
			 0);
	bench_sleep(chip);
	config_serial(config, chip_serial);
	assert_int_equal(signer_open(&source, &signer), 0);
	assert_int_equal(
		signer_issue(signer, &device, time(NULL), compressed, &der), 0);
	assert_int_equal(certificate_to_pem(&der, pem), 0);
	signer_free(signer);
	bytes_free(&der);
	bytes_free(&certificate);
	bytes_free(&key);
}

struct bytes certified_text(const struct bench *bench, const char *lines,
			    const char *serial)
{
	struct bytes text = BYTES_INIT;

	assert_int_equal(bytes_printf(&text, "%s", lines), 0);
	issue_certificate(bench, serial, &text);
	append_file(&text, "signers/y31.cert");
	assert_int_equal(bytes_printf(&text, "commit\n"), 0);
	return text;
}
