/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A certificate is compressed by a guess of what its compressed form would be,
 * which is rebuilt and compared. What cannot be guessed is a reason to refuse
 * it; something else takes its place, so that the rest can be compared too.
 */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "parts.h"
#include "public_key.h"
#include "reasons.h"
#include "x509.h"

struct suspect {
	enum kind_number kind;
	struct x509 is;
	struct validity validity;
	bool has_validity, has_key;
	uint8_t compressed[COMPRESSED_SIZE]; /* guessed */
	struct bytes reasons;		     /* why it cannot be */
};

static void guess_validity(struct suspect *suspect)
{
	int err = validity_from_x509(suspect->is.validity, &suspect->validity);

	suspect->has_validity = err == 0;
	if (err == 0)
		return;
	if (err == -EINVAL)
		reasons_add(&suspect->reasons, fail_reason());
	else
		bytes_fail(&suspect->reasons, err); /* no memory */
	suspect->validity = (struct validity){
		.issue = { .year = VALIDITY_FIRST_YEAR, .month = 1, .day = 1 },
	};
}

static void guess_signature(struct suspect *suspect,
			    uint8_t signature[static 64])
{
	const struct x509 *is = &suspect->is;

	if (!x509_is_ecdsa_sha256(is->algorithm))
		reasons_add(&suspect->reasons,
			    "it is not signed with ECDSA and SHA-256");
	else if (signature_from_der(is->signature.data, is->signature.len,
				    signature) < 0)
		reasons_add(&suspect->reasons, fail_reason());
}

/* Fills in the compressed form that a certificate of this kind would have. */
static void guess(struct suspect *suspect)
{
	struct kind_parts parts = { 0 };

	guess_validity(suspect);
	kind_begin(suspect->kind, &suspect->validity, &parts);
	guess_signature(suspect, parts.compressed.signature);
	compressed_cert_encode(&parts.compressed, suspect->compressed);
}

/* The dates are part of the hash, so the format version changes it. */
static void serial_differs(struct suspect *suspect)
{
	const struct validity *validity = &suspect->validity;

	if (validity_is_extended(validity))
		fail_because(EINVAL,
			     "it was issued in %u for %u years, where without "
			     "extended dates the year is at most %u and the "
			     "years are at most %u",
			     validity->issue.year, validity->years,
			     VALIDITY_LAST_YEAR, VALIDITY_YEARS);
	else
		fail_because(EINVAL,
			     "its serial number is not the hash of its dates "
			     "and of the signer's key or the chip's serial");
	reasons_add(&suspect->reasons, fail_reason());
}

/* Adds a reason for each part that differs. */
static void compare(struct suspect *suspect, const struct bytes *rebuilt)
{
	const struct x509 *is = &suspect->is;
	const bool signer = suspect->kind == KIND_SIGNER;
	const bool key = suspect->has_key, dates = suspect->has_validity;
	struct x509 made = { 0 };
	const struct {
		bool known;
		const struct der_view *is, *would_be;
		const char *reason;
	} table[] = {
		{ true, &is->issuer, &made.issuer,
		  signer ? "its issuer is not CN=Signer"
			 : "its issuer is not its signer's subject" },
		{ true, &is->subject, &made.subject,
		  signer ? "its subject is not CN=Signer"
			 : "its subject is not CN=SERIAL of the device" },
		{ dates, &is->validity, &made.validity,
		  "its dates are not UTCTime before 2050 and "
		  "GeneralizedTime from then on" },
		{ key, &is->public_key, &made.public_key,
		  "its public key is not the chip's" },
		/* They repeat the key's identifier. */
		{ key, &is->rest, &made.rest,
		  "its extensions are not exactly those that "
		  "nerveskey-ca writes" },
	};

	x509_split(rebuilt, &made); /* all parts were just made */
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		if (table[i].known &&
		    !der_equal(table[i].is, table[i].would_be))
			reasons_add(&suspect->reasons, table[i].reason);
	}
	if (key && dates && !der_equal(&is->serial, &made.serial))
		serial_differs(suspect);
}

/* Compares `der` with `rebuilt`, which was made from the guess. */
static int prove(struct suspect *suspect, const struct bytes *der,
		 const struct bytes *rebuilt)
{
	struct bytes *reasons = &suspect->reasons;

	if (reasons->len == 0 && bytes_equal(der, rebuilt))
		return reasons->err;
	compare(suspect, rebuilt);
	if (reasons->err < 0)
		return reasons->err;
	return fail_because(
		EINVAL,
		"the certificate cannot be rebuilt from the 72 bytes that a "
		"chip keeps of it: %s",
		bytes_text(reasons));
}

/* A chip could not keep another kind of key. */
static void read_key(struct suspect *suspect, uint8_t public_key[static 64])
{
	suspect->has_key =
		public_key_read(suspect->is.public_key, public_key) == 0;
	if (!suspect->has_key)
		reasons_add(&suspect->reasons, fail_reason());
}

int certificate_compress_signer(const struct bytes *der,
				uint8_t compressed[static COMPRESSED_SIZE],
				uint8_t public_key[static 64])
{
	struct suspect suspect = { .kind = KIND_SIGNER };
	BYTES_LOCAL(rebuilt);
	uint8_t key[64] = { 0 };
	int err;

	err = x509_split(der, &suspect.is);
	if (err < 0)
		return err;
	read_key(&suspect, key);
	guess(&suspect);
	err = certificate_rebuild_signer(suspect.compressed, key, &rebuilt);
	if (err == 0)
		err = prove(&suspect, der, &rebuilt);
	bytes_free(&suspect.reasons);
	if (err < 0)
		return err;
	memcpy(compressed, suspect.compressed, COMPRESSED_SIZE);
	memcpy(public_key, key, sizeof(key));
	return 0;
}

int certificate_compress_device(const struct bytes *der,
				const struct certificate_device *device,
				const struct bytes *signer_der,
				uint8_t compressed[static COMPRESSED_SIZE])
{
	struct suspect suspect = {
		.kind = KIND_DEVICE,
		.has_key = true,
	};
	BYTES_LOCAL(rebuilt);
	int err;

	err = certificate_check_serial(device->serial, device->serial_len);
	if (err == 0)
		err = x509_split(der, &suspect.is);
	if (err < 0)
		return err;
	guess(&suspect);
	err = certificate_rebuild_device(suspect.compressed, device, signer_der,
					 &rebuilt);
	if (err == 0)
		err = prove(&suspect, der, &rebuilt);
	bytes_free(&suspect.reasons);
	if (err == -EINVAL)
		return fail_because(
			EINVAL,
			"%s; nerveskey-ca device sign makes one that can be",
			fail_reason());
	if (err == 0)
		memcpy(compressed, suspect.compressed, COMPRESSED_SIZE);
	return err;
}
