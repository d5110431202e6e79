/* SPDX-License-Identifier: Apache-2.0 */
/* The device's identity: serial, board, signer, certificate. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "log.h"
#include "plan.h"
#include "system_clock.h"
#include "utf8.h"

static const char default_board[] = "NervesKey";

/* The serial that the staged device certificate is for. */
static int certified_serial(const struct plan *plan, struct otp *identity)
{
	struct bytes pem = staged_view(plan->staged, ITEM_DEVICE_CERT);
	struct bytes der = BYTES_INIT;
	int err;

	err = certificate_from_pem(&pem, &der);
	if (err == 0)
		err = certificate_serial(&der, identity->serial,
					 &identity->serial_len);
	bytes_free(&der);
	if (err == 0 &&
	    !utf8_is_printable(identity->serial, identity->serial_len))
		err = fail_because(
			EINVAL, "the serial in the device certificate is not "
				"printable UTF-8, which a serial has to be");
	return err;
}

void provision_serial(const struct provision *request,
		      const uint8_t chip_serial[static CHIP_SERIAL_SIZE],
		      uint8_t serial[static OTP_SERIAL_MAX], size_t *len)
{
	const struct staged *staged = &request->staged;
	bool other = staged->kept & ITEM_BIT(ITEM_SERIAL) &&
		     memcmp(staged->kept_for, chip_serial, CHIP_SERIAL_SIZE);

	if (!staged_has(staged, ITEM_SERIAL) || other) {
		*len = otp_default_serial(chip_serial, serial);
		return;
	}
	*len = staged->len[ITEM_SERIAL];
	memcpy(serial, staged->serial, *len);
}

/* Check what the OTP zone will hold for ever. */
static int check_names(const struct otp *identity)
{
	int err;

	err = certificate_check_new_serial(identity->serial,
					   identity->serial_len);
	if (err < 0)
		return err;
	if (utf8_has_blank_end(identity->board, identity->board_len))
		return fail_because(EINVAL,
				    "the board name \"%.*s\" begins or ends "
				    "with a blank, and it can never be "
				    "changed: leave the blank out",
				    (int)identity->board_len, identity->board);
	return 0;
}

int plan_identity(struct plan *plan)
{
	const struct staged *staged = plan->staged;
	struct otp *identity = &plan->identity;
	int err = 0;

	memset(identity, 0, sizeof(*identity));
	identity->board_len = sizeof(default_board) - 1;
	memcpy(identity->board, default_board, identity->board_len);
	if (plan_has(plan, ITEM_BOARD)) {
		identity->board_len = staged->len[ITEM_BOARD];
		memcpy(identity->board, staged->board, identity->board_len);
	}
	if (plan_has(plan, ITEM_USER))
		memcpy(identity->user, staged->user, staged->len[ITEM_USER]);
	if (plan_has(plan, ITEM_SERIAL)) {
		identity->serial_len = staged->len[ITEM_SERIAL];
		memcpy(identity->serial, staged->serial, identity->serial_len);
	} else if (plan_has(plan, ITEM_DEVICE_CERT)) {
		err = certified_serial(plan, identity);
	} else {
		identity->serial_len =
			otp_default_serial(plan->chip_serial, identity->serial);
	}
	if (err == 0 && plan_has(plan, ITEM_USER) &&
	    identity->serial_len > OTP_SHORT_SERIAL_MAX)
		err = fail_because(
			EINVAL,
			"user= goes with a serial of at most %d bytes, and "
			"this serial has %zu: leave user= out, or choose a "
			"shorter serial",
			OTP_SHORT_SERIAL_MAX, identity->serial_len);
	/* A locked OTP zone is only compared with the request. */
	if (err == 0 && plan->state != KEY_DATA_LOCKED)
		err = check_names(identity);
	return err < 0 ? err : otp_encode(identity, plan->otp);
}

/* Refuse format version 1 (the last byte but one), unless it is allowed. */
static int check_format(const struct plan *plan, const char *what,
			const uint8_t compressed[static COMPRESSED_SIZE])
{
	if (!(compressed[COMPRESSED_SIZE - 2] & 0x0f) ||
	    plan_has(plan, ITEM_EXTENDED_DATES))
		return 0;
	return fail_because(
		EINVAL,
		"the %s certificate has dates that the Elixir library "
		"cannot read: if no such program reads this chip, "
		"write extended-dates=yes",
		what);
}

/* A read of a pipe or a terminal would block everybody who uses the chip. */
static int check_pin_file(const struct plan *plan)
{
	const char *path = (const char *)plan->staged->pin_file;
	struct stat st;

	if (!plan_has(plan, ITEM_PIN_FILE) || stat(path, &st) < 0 ||
	    S_ISREG(st.st_mode))
		return 0;
	return fail_because(EINVAL,
			    "PIN file %s: it is not a regular file, and others "
			    "would have to wait for it",
			    path);
}

static void warn_about_signer(const struct plan *plan)
{
	const char *flaw = certificate_elixir_flaw(signer_der(plan->signer));

	if (flaw)
		log_write(LOG_LEVEL_WARNING,
			  "the Elixir library cannot rebuild the signer's "
			  "certificate: %s",
			  flaw);
}

int plan_open_signer(struct plan *plan)
{
	struct bytes certificate = staged_view(plan->staged, ITEM_SIGNER_CERT);
	struct bytes key = staged_view(plan->staged, ITEM_SIGNER_KEY);
	struct bytes pin = staged_view(plan->staged, ITEM_PIN);
	struct signer_source source = { .certificate_pem = &certificate };
	int err;

	if (plan_has(plan, ITEM_SIGNER_KEY))
		source.key_pem = &key;
	if (plan_has(plan, ITEM_KEY_URL))
		source.key_url = (const char *)plan->staged->key_url;
	if (plan_has(plan, ITEM_PIN))
		source.pin = &pin;
	if (plan_has(plan, ITEM_PIN_FILE))
		source.pin_file = (const char *)plan->staged->pin_file;
	source.extended_dates = plan_has(plan, ITEM_EXTENDED_DATES);
	err = check_pin_file(plan);
	if (err < 0)
		return err;
	err = signer_open(&source, &plan->signer);
	if (err < 0)
		return err;
	warn_about_signer(plan);
	return check_format(plan, "signer", signer_compressed(plan->signer));
}

/* Frequent mistakes, for which there are better sentences. */
static int check_subject(const struct plan *plan, const struct bytes *der)
{
	const struct otp *identity = &plan->identity;
	uint8_t public_key[64], serial[CERTIFICATE_SERIAL_MAX];
	size_t len;
	int err;

	err = certificate_public_key(der, public_key);
	if (err == 0)
		err = certificate_serial(der, serial, &len);
	if (err < 0)
		return err;
	if (memcmp(public_key, plan->public_key, sizeof(public_key)) != 0)
		return fail_because(
			EINVAL,
			"the device certificate is for another key than that "
			"of chip %s (each begin makes a new one): sign the "
			"chip's present device.csr",
			plan->chip_name);
	if (len != identity->serial_len ||
	    memcmp(serial, identity->serial, len) != 0)
		return fail_because(
			EINVAL,
			"the device certificate is for serial %.*s, not %.*s "
			"as the request or the chip has it",
			(int)len, serial, (int)identity->serial_len,
			identity->serial);
	return 0;
}

/* A certificate that is locked already on the chip is not checked. */
static int check_length(const struct plan *plan,
			const uint8_t compressed[static COMPRESSED_SIZE])
{
	if (plan->state == KEY_DATA_LOCKED || !signature_is_short(compressed))
		return 0;
	return fail_because(EINVAL,
			    "r or s of the device certificate's signature "
			    "begins with nine zero bits, and the Elixir "
			    "library could not rebuild the certificate: sign "
			    "it again");
}

/* A certificate that was signed elsewhere, for this chip's key and names. */
static int take_certificate(struct plan *plan,
			    const struct certificate_device *device)
{
	struct bytes pem = staged_view(plan->staged, ITEM_DEVICE_CERT);
	const struct bytes *signer = signer_der(plan->signer);
	struct bytes der = BYTES_INIT;
	uint8_t compressed[CERTIFICATE_SIZE];
	int err;

	err = certificate_from_pem(&pem, &der);
	if (err == 0)
		err = certificate_verify(&der, signer);
	if (err == -EKEYREJECTED)
		err = fail_because(
			EINVAL,
			"the device certificate is not signed by the signer "
			"whose certificate was written with it");
	if (err == 0)
		err = check_subject(plan, &der);
	if (err == 0)
		err = certificate_compress_device(&der, device, signer,
						  compressed);
	if (err == 0)
		err = check_format(plan, "device", compressed);
	if (err == 0)
		err = check_length(plan, compressed);
	if (err == 0)
		memcpy(plan->device_cert, compressed, sizeof(compressed));
	bytes_free(&der);
	return err;
}

int plan_certify(struct plan *plan, time_t now)
{
	const struct certificate_device device = {
		.public_key = plan->public_key,
		.serial = plan->identity.serial,
		.serial_len = plan->identity.serial_len,
		.chip_serial = plan->chip_serial,
	};
	struct bytes der = BYTES_INIT;
	int err;

	if (plan_has(plan, ITEM_DEVICE_CERT))
		return take_certificate(plan, &device);
	err = clock_check(now);
	if (err == 0)
		err = signer_issue(plan->signer, &device, now,
				   plan->device_cert, &der);
	bytes_free(&der);
	return err;
}
