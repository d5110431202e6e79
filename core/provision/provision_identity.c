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

/* The serial that the staged device certificate is for. */
static int certified_serial(const struct plan *plan, struct otp *identity)
{
	struct bytes pem = staged_view(plan->staged, ITEM_DEVICE_CERT);
	BYTES_LOCAL(der);
	int err;

	err = certificate_from_pem(&pem, &der);
	if (err == 0)
		err = certificate_serial(&der, identity->serial,
					 &identity->serial_len);
	if (err < 0 ||
	    utf8_is_printable(identity->serial, identity->serial_len))
		return err;
	return fail_because(EINVAL,
			    "the serial in the device certificate is not "
			    "printable UTF-8, which a serial has to be");
}

/* Copy the value of an item, and return its length; 0: it is not in `items`. */
static size_t take(const struct staged *staged, uint16_t items, enum item item,
		   uint8_t *value)
{
	size_t len = items & ITEM_BIT(item) ? staged->len[item] : 0;

	memcpy(value, staged_value(staged, item), len);
	return len;
}

void provision_serial(const struct provision *request,
		      const uint8_t chip_serial[static CHIP_SERIAL_SIZE],
		      uint8_t serial[static OTP_SERIAL_MAX], size_t *len)
{
	const struct staged *staged = &request->staged;

	*len = take(staged, staged_for(staged, chip_serial), ITEM_SERIAL,
		    serial);
	if (!*len)
		*len = otp_default_serial(chip_serial, serial);
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
	static const char default_board[] = "NervesKey";
	const struct staged *staged = plan->staged;
	struct otp *identity = &plan->identity;
	int err = 0;

	take(staged, plan->items, ITEM_USER, identity->user);
	identity->board_len =
		take(staged, plan->items, ITEM_BOARD, identity->board);
	if (!identity->board_len) {
		identity->board_len = sizeof(default_board) - 1;
		memcpy(identity->board, default_board, identity->board_len);
	}
	identity->serial_len =
		take(staged, plan->items, ITEM_SERIAL, identity->serial);
	if (!identity->serial_len && plan_has(plan, ITEM_DEVICE_CERT))
		err = certified_serial(plan, identity);
	else if (!identity->serial_len)
		identity->serial_len =
			otp_default_serial(plan->chip_serial, identity->serial);
	if (err == 0 && plan_has(plan, ITEM_USER) &&
	    identity->serial_len > OTP_SHORT_SERIAL_MAX)
		return fail_because(
			EINVAL,
			"user= goes with a serial of at most %d bytes, and "
			"this serial has %zu: leave user= out, or choose a "
			"shorter serial",
			OTP_SHORT_SERIAL_MAX, identity->serial_len);
	/* A locked OTP zone is only compared with the request. */
	if (err == 0 && plan->state != KEY_DATA_LOCKED)
		err = check_names(identity);
	otp_encode(identity, plan->otp);
	return err;
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

int plan_open_signer(struct plan *plan)
{
	struct bytes certificate = staged_view(plan->staged, ITEM_SIGNER_CERT);
	struct bytes key = staged_view(plan->staged, ITEM_SIGNER_KEY);
	struct bytes pin = staged_view(plan->staged, ITEM_PIN);
	struct signer_source source = {
		.certificate_pem = &certificate,
		.extended_dates = plan_has(plan, ITEM_EXTENDED_DATES),
	};
	const char *flaw;
	int err;

	if (plan_has(plan, ITEM_SIGNER_KEY))
		source.key_pem = &key;
	if (plan_has(plan, ITEM_KEY_URL))
		source.key_url = (const char *)plan->staged->key_url;
	if (plan_has(plan, ITEM_PIN))
		source.pin = &pin;
	if (plan_has(plan, ITEM_PIN_FILE))
		source.pin_file = (const char *)plan->staged->pin_file;
	err = check_pin_file(plan);
	if (err == 0)
		err = signer_open(&source, &plan->signer);
	if (err < 0)
		return err;
	flaw = certificate_elixir_flaw(signer_der(plan->signer));
	if (flaw)
		log_write(LOG_LEVEL_WARNING,
			  "the Elixir library cannot rebuild the signer's "
			  "certificate: %s",
			  flaw);
	plan_put(plan, SLOT_SIGNER_KEY, signer_public_key(plan->signer), 64);
	plan_put(plan, SLOT_SIGNER_CERT, signer_compressed(plan->signer),
		 COMPRESSED_SIZE);
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

/* A certificate that was signed elsewhere, for this chip's key and names. */
static int take_certificate(struct plan *plan,
			    const struct certificate_device *device)
{
	struct bytes pem = staged_view(plan->staged, ITEM_DEVICE_CERT);
	const struct bytes *signer = signer_der(plan->signer);
	BYTES_LOCAL(der);
	int err;

	err = certificate_from_pem(&pem, &der);
	if (err == 0)
		err = certificate_verify(&der, signer);
	if (err == -EKEYREJECTED)
		return fail_because(
			EINVAL,
			"the device certificate is not signed by the signer "
			"whose certificate was written with it");
	if (err == 0)
		err = check_subject(plan, &der);
	if (err == 0)
		err = certificate_compress_device(&der, device, signer,
						  plan->device_cert);
	if (err == 0)
		err = check_format(plan, "device", plan->device_cert);
	/* One that is locked already on the chip can be as it likes. */
	if (err < 0 || plan->state == KEY_DATA_LOCKED ||
	    !signature_is_short(plan->device_cert))
		return err;
	return fail_because(EINVAL,
			    "r or s of the device certificate's signature "
			    "begins with nine zero bits, and the Elixir "
			    "library could not rebuild the certificate: sign "
			    "it again");
}

int plan_certify(struct plan *plan)
{
	const struct certificate_device device =
		plan_device(plan, plan->public_key);
	BYTES_LOCAL(der);
	int err;

	plan_put(plan, SLOT_DEVICE_CERT, plan->device_cert, COMPRESSED_SIZE);
	if (plan_has(plan, ITEM_DEVICE_CERT))
		return take_certificate(plan, &device);
	err = clock_check(plan->now);
	return err < 0 ? err
		       : signer_issue(plan->signer, &device, plan->now,
				      plan->device_cert, &der);
}
