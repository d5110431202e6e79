/* SPDX-License-Identifier: Apache-2.0 */
/* Who the device will be: serial, board, signer, certificate. */
#include <errno.h>
#include <string.h>

#include <gnutls/x509.h>

#include "error.h"
#include "plan.h"
#include "text.h"

static const char default_board[] = "NervesKey";

/* CN of the certificate's subject, as its bytes. */
static int common_name(const struct bytes *der, struct otp *identity)
{
	/* tag, length below 128, then the text */
	uint8_t value[2 + OTP_SERIAL_MAX];
	size_t size = sizeof(value);
	gnutls_datum_t datum = { der->data, (unsigned int)der->len };
	gnutls_x509_crt_t crt;
	int err;

	err = gnutls_x509_crt_init(&crt);
	if (err < 0)
		return -ENOMEM;
	err = gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_DER);
	if (err >= 0)
		err = gnutls_x509_crt_get_dn_by_oid(
			crt, GNUTLS_OID_X520_COMMON_NAME, 0, 1, value, &size);
	gnutls_x509_crt_deinit(crt);
	if (err < 0 || size < 3 || value[1] != size - 2)
		return fail_because(EINVAL,
				    "the device certificate's subject is not "
				    "CN= and a serial of 1 to %d bytes",
				    OTP_SERIAL_MAX);
	identity->serial_len = size - 2;
	memcpy(identity->serial, value + 2, identity->serial_len);
	return 0;
}

static int certified_serial(const struct plan *plan, struct otp *identity)
{
	struct bytes pem = staged_view(plan->staged, ITEM_DEVICE_CERT);
	struct bytes der = BYTES_INIT;
	int err;

	err = certificate_from_pem(&pem, &der);
	if (err == 0)
		err = common_name(&der, identity);
	bytes_free(&der);
	return err;
}

static void chip_serial_text(const uint8_t chip_serial[static CHIP_SERIAL_SIZE],
			     uint8_t serial[static OTP_SERIAL_MAX], size_t *len)
{
	char text[(8 * CHIP_SERIAL_SIZE + 4) / 5 + 1];

	base32_encode(chip_serial, CHIP_SERIAL_SIZE, text);
	*len = strlen(text);
	memcpy(serial, text, *len);
}

void provision_serial(const struct provision *request,
		      const uint8_t chip_serial[static CHIP_SERIAL_SIZE],
		      uint8_t serial[static OTP_SERIAL_MAX], size_t *len)
{
	const struct staged *staged = &request->staged;
	bool other = staged->kept & ITEM_BIT(ITEM_SERIAL) &&
		     memcmp(staged->kept_for, chip_serial, CHIP_SERIAL_SIZE);

	if (!staged_has(staged, ITEM_SERIAL) || other) {
		chip_serial_text(chip_serial, serial, len);
		return;
	}
	*len = staged->len[ITEM_SERIAL];
	memcpy(serial, staged->serial, *len);
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
		chip_serial_text(plan->chip_serial, identity->serial,
				 &identity->serial_len);
	}
	if (err == 0 && plan_has(plan, ITEM_USER) &&
	    identity->serial_len > OTP_SHORT_SERIAL_MAX)
		err = fail_because(EINVAL,
				   "user= wants a serial of at most %d bytes, "
				   "this one has %zu",
				   OTP_SHORT_SERIAL_MAX, identity->serial_len);
	return err < 0 ? err : otp_encode(identity, plan->otp);
}

int plan_open_signer(struct plan *plan)
{
	struct bytes certificate = staged_view(plan->staged, ITEM_SIGNER_CERT);
	struct bytes key = staged_view(plan->staged, ITEM_SIGNER_KEY);
	struct signer_source source = { .certificate_pem = &certificate };

	if (plan_has(plan, ITEM_SIGNER_KEY))
		source.key_pem = &key;
	if (plan_has(plan, ITEM_KEY_URL))
		source.key_url = (const char *)plan->staged->key_url;
	if (plan_has(plan, ITEM_PIN_FILE))
		source.pin_file = (const char *)plan->staged->pin_file;
	return signer_open(&source, &plan->signer);
}

/* A clock without a battery starts long before any program was built. */
static int check_clock(time_t now)
{
	char shown[sizeof("-2147481748-01-01")], built[sizeof(shown)];
	const time_t build = NK_BUILD_TIME;
	struct tm tm;

	if (now >= build)
		return 0;
	strftime(shown, sizeof(shown), "%Y-%m-%d", gmtime_r(&now, &tm));
	strftime(built, sizeof(built), "%Y-%m-%d", gmtime_r(&build, &tm));
	return fail_because(EINVAL,
			    "the clock says %s, but this program was built on "
			    "%s: set it, certificates are dated by it",
			    shown, built);
}

/* A certificate from elsewhere, for the key and names that this chip has. */
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
		err = fail_because(EINVAL, "the device certificate is not "
					   "signed by the signer given");
	if (err == 0)
		err = certificate_compress_device(&der, device, signer,
						  compressed);
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
	err = check_clock(now);
	if (err == 0)
		err = signer_issue(plan->signer, &device, now,
				   plan->device_cert, &der);
	bytes_free(&der);
	return err;
}
