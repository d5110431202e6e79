/* SPDX-License-Identifier: Apache-2.0 */
#include "signer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "crypto.h"
#include "error.h"
#include "log.h"
#include "parts.h"
#include "reasons.h"
#include "signing.h"
#include "utf8.h"

#define DEVICE_YEARS 31

struct signer {
	struct bytes der;
	uint8_t public_key[64];
	uint8_t compressed[COMPRESSED_SIZE];
	struct signing *key; /* NULL: there is none */
	bool extended_dates;
};

/*
 * The serial number covers the key and the dates. Only this check covers the
 * signature.
 */
static int check_own_signature(const struct bytes *der)
{
	int err = certificate_verify(der, der);

	return err == -EKEYREJECTED
		       ? fail_because(EINVAL, "the signer's certificate is not"
					      " signed by its own key: it was"
					      " changed on the way")
		       : err;
}

/* -EINVAL with all that is wrong, and what makes a certificate that is right. */
static int compress(struct signer *signer)
{
	BYTES_LOCAL(reasons);
	int err;

	if (!certificate_is_ca(&signer->der))
		reasons_add(&reasons,
			    "the signer's certificate is not that of a CA (it "
			    "has no basicConstraints CA:TRUE), so it cannot "
			    "issue others");
	err = certificate_compress_signer(&signer->der, signer->compressed,
					  signer->public_key);
	if (err != -EINVAL)
		return err;
	reasons_add(&reasons, fail_reason());
	return fail_because(EINVAL,
			    "the signer cannot be used: %s; a good one is made "
			    "by: nerveskey-ca signer create NAME",
			    bytes_text(&reasons));
}

static int open_certificate(const struct bytes *pem, struct signer *signer)
{
	int err;

	if (!pem)
		return fail_because(EINVAL,
				    "no signer's certificate was given, where "
				    "one of a CA in PEM is expected");
	err = certificate_from_pem(pem, &signer->der);
	if (err == -EINVAL)
		return fail_because(
			EINVAL, "the signer's certificate cannot be used: %s",
			fail_reason());
	if (err == 0)
		err = compress(signer);
	return err < 0 ? err : check_own_signature(&signer->der);
}

int signer_check(const struct bytes *certificate_pem)
{
	struct signer tried = { .der = BYTES_INIT };
	int err = open_certificate(certificate_pem, &tried);

	bytes_free(&tried.der);
	return err;
}

int signer_open(const struct signer_source *source, struct signer **signer)
{
	struct signer *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		return -ENOMEM;
	made->extended_dates = source->extended_dates;
	err = open_certificate(source->certificate_pem, made);
	if (err == 0)
		err = signing_open(source, made->public_key, &made->key);
	if (err < 0) {
		signer_free(made);
		return err;
	}
	*signer = made;
	return 0;
}

void signer_free(struct signer *signer)
{
	if (!signer)
		return;
	signing_close(signer->key);
	bytes_free(&signer->der);
	free(signer);
}

const struct bytes *signer_der(const struct signer *signer)
{
	return &signer->der;
}

const uint8_t *signer_public_key(const struct signer *signer)
{
	return signer->public_key;
}

const uint8_t *signer_compressed(const struct signer *signer)
{
	return signer->compressed;
}

static int check_key(const struct signer *signer)
{
	if (!signer->key)
		return fail_because(
			ENOKEY,
			"the signer's private key was not given, so that "
			"nothing can be issued");
	return 0;
}

int signer_sign(void *signer, const uint8_t digest[static 32],
		uint8_t signature[static 64])
{
	const struct signer *self = signer;
	int err = check_key(self);

	return err < 0 ? err : signing_sign(self->key, digest, signature);
}

static void warn_about_dates(const struct signer *signer, time_t now)
{
	struct compressed_cert fields;

	if (compressed_cert_decode(signer->compressed, &fields) == 0 &&
	    !validity_covers(&fields.validity, now))
		log_write(LOG_LEVEL_WARNING,
			  "the signer's certificate is not valid at this time: "
			  "look at its dates and at the clock");
}

static int check_device(const struct signer *signer,
			const struct certificate_device *device)
{
	size_t points;
	int err = check_key(signer);

	if (err < 0)
		return err;
	if (device->serial_len == 0)
		return fail_because(
			EINVAL,
			"the serial is empty: 1 to 48 bytes are expected");
	if (!utf8_is_valid(device->serial, device->serial_len, &points))
		return fail_because(
			EINVAL,
			"the serial is not UTF-8, which certificates are "
			"written in");
	return certificate_check_serial(device->serial, device->serial_len);
}

/* Makes the signed compressed form. */
static int sign_device(struct signer *signer,
		       const struct certificate_device *device, time_t now,
		       uint8_t compressed[static COMPRESSED_SIZE])
{
	KIND_PARTS_LOCAL(parts);
	struct validity validity;
	int err = validity_from_clock(now, DEVICE_YEARS, signer->extended_dates,
				      &validity);

	if (err < 0)
		return err;
	kind_begin(KIND_DEVICE, &validity, &parts);
	err = parts_device(device, &signer->der, &parts);
	if (err == 0)
		err = kind_sign(&parts, signer_sign, signer);
	if (err == 0)
		compressed_cert_encode(&parts.compressed, compressed);
	return err;
}

int signer_issue(struct signer *signer, const struct certificate_device *device,
		 time_t now, uint8_t compressed[static COMPRESSED_SIZE],
		 struct bytes *der)
{
	uint8_t made[COMPRESSED_SIZE];
	BYTES_LOCAL(rebuilt);
	int err = check_device(signer, device);

	if (err == 0)
		err = public_key_check(device->public_key);
	if (err == 0)
		err = sign_device(signer, device, now, made);
	if (err == 0)
		err = certificate_rebuild_device(made, device, &signer->der,
						 &rebuilt);
	if (err == 0)
		err = certificate_verify(&rebuilt, &signer->der);
	if (err < 0)
		return err;
	warn_about_dates(signer, now);
	memcpy(compressed, made, sizeof(made));
	bytes_move(der, &rebuilt);
	return 0;
}
