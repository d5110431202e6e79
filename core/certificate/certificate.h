/* SPDX-License-Identifier: Apache-2.0 */
/*
 * X.509 certificates and the 72 bytes that a chip keeps of one (Microchip
 * application note 8974, "Compressed Certificate Definition").
 *
 * What is left out of the compressed form is either fixed by the kind of
 * certificate or derived from other contents of the chip, so a certificate can
 * be rebuilt to the byte. Public keys are X then Y.
 */
#ifndef NK_CERTIFICATE_H
#define NK_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

#define COMPRESSED_SIZE 72

/* The longest serial that a certificate and the OTP zone can hold. */
#define CERTIFICATE_SERIAL_MAX 48

/* The parts of a device certificate that come from elsewhere in the chip. */
struct certificate_device {
	const uint8_t *public_key; /* 64 bytes */
	const uint8_t *serial;	   /* manufacturer serial: the subject's CN */
	size_t serial_len;
	const uint8_t *chip_serial; /* 9 bytes */
};

/* The templates of Microchip's factory, by their number in the 72 bytes. */
enum certificate_template {
	CERTIFICATE_TNG_OLD, /* 2: Trust&Go before it had an EUI */
	CERTIFICATE_TNGTLS,  /* 3, with an EUI-48 */
	CERTIFICATE_TFLXTLS, /* 3, without */
	CERTIFICATE_TNGLORA, /* 4, with an EUI-64 */
};

/* What a certificate of such a template is made of. */
struct certificate_trust_device {
	enum certificate_template template;
	const uint8_t *public_key;  /* 64 bytes */
	const uint8_t *chip_serial; /* 9 bytes */
	const uint8_t *eui;	    /* 12 or 16 hex digits; NULL without */
};

/*
 * Rebuild DER from the compressed form, appended nowhere: `der` is set.
 * -EUCLEAN: the 72 bytes are no certificate of this kind (with a reason).
 * The signature is not checked: see certificate_verify(). But where a device's
 * serial has a '/' there are two subjects, one CN and the Elixir library's (see
 * name_write_split()): the second is taken when the signature fits it and not
 * the first.
 */
int certificate_rebuild_signer(const uint8_t compressed[static COMPRESSED_SIZE],
			       const uint8_t public_key[static 64],
			       struct bytes *der);
int certificate_rebuild_device(const uint8_t compressed[static COMPRESSED_SIZE],
			       const struct certificate_device *device,
			       const struct bytes *signer_der,
			       struct bytes *der);
/*
 * The same for the parts that Microchip's factory has provisioned: its signer,
 * and a device by the template of its part.
 */
int certificate_rebuild_tng_signer(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const uint8_t public_key[static 64], struct bytes *der);
int certificate_rebuild_trust_device(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const struct certificate_trust_device *device,
	const struct bytes *signer_der, struct bytes *der);

/*
 * Compress, and prove it: the rebuilt DER must be byte-identical, else -EINVAL
 * with the reason (a year that does not fit, another extension, a serial that
 * ends in a NUL, ...). The format version is 0; it is 1 ("extended dates":
 * issue years to 2127, up to 127 years) only for a certificate that was issued
 * so, because its serial number is a hash of those dates too.
 */
int certificate_compress_signer(const struct bytes *der,
				uint8_t compressed[static COMPRESSED_SIZE],
				uint8_t public_key[static 64]);
int certificate_compress_device(const struct bytes *der,
				const struct certificate_device *device,
				const struct bytes *signer_der,
				uint8_t compressed[static COMPRESSED_SIZE]);

/*
 * 0 when `issuer_der`'s key signed `der` and its subject is der's issuer;
 * -EKEYREJECTED when not. Dates are not looked at.
 */
int certificate_verify(const struct bytes *der, const struct bytes *issuer_der);

/*
 * Why the Elixir library would not bring this certificate back from its
 * compressed form, which we do; NULL when it would. A static text.
 */
const char *certificate_elixir_flaw(const struct bytes *der);

/* The P-256 key in a certificate; -EINVAL for another kind of key. */
int certificate_public_key(const struct bytes *der,
			   uint8_t public_key[static 64]);

/* 1 when it is a CA's (basicConstraints), else 0; -EINVAL: no certificate. */
int certificate_is_ca(const struct bytes *der);

/*
 * The subject's CN, when that is its only name, in UTF-8, and fits: what a
 * device certificate says its serial is. -EINVAL with the reason.
 */
int certificate_serial(const struct bytes *der,
		       uint8_t serial[static CERTIFICATE_SERIAL_MAX],
		       size_t *len);

/*
 * May a new device get this serial? -EINVAL with the reason: a '/' in it, where
 * the Elixir library would begin another name, or a blank at either end.
 * Devices that have such a serial already are read all the same.
 */
int certificate_check_new_serial(const uint8_t *serial, size_t len);

/* First PEM certificate in `pem` (other blocks are passed over). -EINVAL. */
int certificate_from_pem(const struct bytes *pem, struct bytes *der);
/* As `openssl x509` prints it, appended to `pem`. */
int certificate_to_pem(const struct bytes *der, struct bytes *pem);

/* SubjectPublicKeyInfo in PEM, appended; and back (PEM SPKI only). */
int public_key_to_pem(const uint8_t public_key[static 64], struct bytes *pem);
int public_key_from_pem(const struct bytes *pem, uint8_t public_key[static 64]);
/* -EINVAL unless the point is on P-256. */
int public_key_check(const uint8_t public_key[static 64]);
/* 0, or -EKEYREJECTED when the signature (r then s) is not that key's. */
int public_key_verify(const uint8_t public_key[static 64],
		      const uint8_t digest[static 32],
		      const uint8_t signature[static 64]);

/* r, s as the ECDSA-Sig-Value of RFC 3279: minimal DER integers. Appended. */
int signature_to_der(const uint8_t signature[static 64], struct bytes *der);
/*
 * r or s begins with nine zero bits, as in one signature of 256: the DER has
 * fewer bytes than the Elixir library writes, which keeps a leading zero byte.
 */
bool signature_is_short(const uint8_t signature[static 64]);
/*
 * (r, n - s) verifies as (r, s) does: sets the one whose DER has the usual 71
 * bytes. False when neither has, once in 250 times; `signature` is then as it was.
 */
#define SIGNATURE_DER_SIZE 71
bool signature_fit(uint8_t signature[static 64]);
/* -EINVAL when it is not one, or r or s needs more than 32 bytes. */
int signature_from_der(const uint8_t *der, size_t len,
		       uint8_t signature[static 64]);

/* Something that can sign a digest: the chip, or a signer's key. 0 or -errno. */
typedef int (*sign_digest)(void *context, const uint8_t digest[static 32],
			   uint8_t signature[static 64]);

/*
 * A certificate request (PKCS#10, RFC 2986) in PEM, appended. Its subject is
 * CN=serial; an attribute serialNumber (2.5.4.5) beside it has the chip serial
 * in hex, without which nobody else could make a certificate that compresses.
 */
int certificate_request(const struct certificate_device *device,
			sign_digest sign, void *context, struct bytes *pem);

/* What such a request says. */
struct certificate_request_content {
	uint8_t public_key[64];
	uint8_t serial[CERTIFICATE_SERIAL_MAX];
	size_t serial_len;
	uint8_t chip_serial[9];
	bool has_chip_serial;
};

/*
 * Read a request made by anyone. -EINVAL with the reason: not P-256, a subject
 * that is more than one CN in UTF-8; -EKEYREJECTED: not signed by its own key.
 */
int certificate_request_read(const struct bytes *pem,
			     struct certificate_request_content *content);

/* "3.7.9": the GnuTLS that is in use. */
const char *certificate_gnutls_version(void);

#endif
