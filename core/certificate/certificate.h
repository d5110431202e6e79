/* SPDX-License-Identifier: Apache-2.0 */
/*
 * X.509 certificates and the 72 bytes that a chip stores for each (Microchip
 * application note 8974, "Compressed Certificate Definition").
 *
 * The kind of certificate or other contents of the chip determine what the
 * compressed form leaves out. A certificate can therefore be rebuilt byte for
 * byte. A public key is X then Y.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

#define COMPRESSED_SIZE 72

/*
 * The longest serial that fits both a certificate and the OTP zone, in bytes.
 */
#define CERTIFICATE_SERIAL_MAX 48

/* The parts of a device certificate that the 72 bytes do not hold. */
struct certificate_device {
	const uint8_t *public_key; /* 64 bytes */
	const uint8_t *serial;	   /* manufacturer serial: the subject's CN */
	size_t serial_len;
	const uint8_t *chip_serial; /* 9 bytes */
};

/* Templates of parts that Microchip provisions; the number in the 72 bytes. */
enum certificate_template {
	CERTIFICATE_TNG_OLD, /* 2: early Trust&Go, without EUI */
	CERTIFICATE_TNGTLS,  /* 3, with an EUI-48 */
	CERTIFICATE_TFLXTLS, /* 3, without */
	CERTIFICATE_TNGLORA, /* 4, with an EUI-64 */
};

/* The parts of a certificate of such a template. */
struct certificate_trust_device {
	enum certificate_template template;
	const uint8_t *public_key;  /* 64 bytes */
	const uint8_t *chip_serial; /* 9 bytes */
	const uint8_t *eui;	    /* 12 or 16 hex digits, or NULL */
};

/*
 * Sets `der` to the certificate that the compressed form stands for. -EUCLEAN,
 * with the reason: the 72 bytes are no certificate of this kind. The signature
 * is not checked: see certificate_verify().
 *
 * A serial with a '/' has two possible subjects: one CN, or what the Elixir
 * library makes of it (see name_write_split()). The latter is used when only it
 * fits the signature.
 */
int certificate_rebuild_signer(const uint8_t compressed[static COMPRESSED_SIZE],
			       const uint8_t public_key[static 64],
			       struct bytes *der);
int certificate_rebuild_device(const uint8_t compressed[static COMPRESSED_SIZE],
			       const struct certificate_device *device,
			       const struct bytes *signer_der,
			       struct bytes *der);
/*
 * As above, for parts that Microchip provisioned: the signer, and a device by
 * the part's template.
 */
int certificate_rebuild_tng_signer(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const uint8_t public_key[static 64], struct bytes *der);
int certificate_rebuild_trust_device(
	const uint8_t compressed[static COMPRESSED_SIZE],
	const struct certificate_trust_device *device,
	const struct bytes *signer_der, struct bytes *der);

/*
 * Sets `compressed`, after checking that the rebuilt DER equals `der`. -EINVAL
 * with the reason when it does not: a year that does not fit, an unknown
 * extension, a serial that ends in NUL, ...
 *
 * Format version 1 ("extended dates": issue years to 2127, up to 127 years) is
 * used only for certificates issued with it, because the serial number is a
 * hash over those dates. All others get version 0.
 */
int certificate_compress_signer(const struct bytes *der,
				uint8_t compressed[static COMPRESSED_SIZE],
				uint8_t public_key[static 64]);
int certificate_compress_device(const struct bytes *der,
				const struct certificate_device *device,
				const struct bytes *signer_der,
				uint8_t compressed[static COMPRESSED_SIZE]);

/*
 * Returns 0 when the key of `issuer_der` signed `der` and its subject is the
 * issuer of `der`, else -EKEYREJECTED. Does not check dates.
 */
int certificate_verify(const struct bytes *der, const struct bytes *issuer_der);

/*
 * Returns a static sentence on why the Elixir library cannot rebuild this
 * certificate from its compressed form, or NULL when it can.
 */
const char *certificate_elixir_flaw(const struct bytes *der);

/* Sets `public_key` from the certificate. -EINVAL: not a P-256 key. */
int certificate_public_key(const struct bytes *der,
			   uint8_t public_key[static 64]);

/* Whether it is the certificate of a CA, by its basicConstraints. */
bool certificate_is_ca(const struct bytes *der);

/*
 * Sets the serial that a device certificate names: the subject's CN. -EINVAL
 * with the reason: the subject has other names, is not UTF-8 or is too long.
 */
int certificate_serial(const struct bytes *der,
		       uint8_t serial[static CERTIFICATE_SERIAL_MAX],
		       size_t *len);

/* -EINVAL, with the reason: the OTP zone cannot hold this serial. */
int certificate_check_serial(const uint8_t *serial, size_t len);
/*
 * Checks the serial of a new device. -EINVAL with the reason: a '/', at which
 * the Elixir library starts another name, or a blank at either end. Such
 * serials of existing devices can still be read.
 */
int certificate_check_new_serial(const uint8_t *serial, size_t len);

/*
 * Sets `der` to the first PEM certificate in `pem`; other blocks are ignored.
 * -EINVAL: there is none.
 */
int certificate_from_pem(const struct bytes *pem, struct bytes *der);
/* Appends PEM to `pem`, formatted as `openssl x509` prints it. */
int certificate_to_pem(const struct bytes *der, struct bytes *pem);

/* Appends SubjectPublicKeyInfo in PEM, and reads it back (no other form). */
int public_key_to_pem(const uint8_t public_key[static 64], struct bytes *pem);
int public_key_from_pem(const struct bytes *pem, uint8_t public_key[static 64]);
/* -EINVAL unless the point is on P-256. */
int public_key_check(const uint8_t public_key[static 64]);
/* Returns 0 when the key made the signature (r then s), else -EKEYREJECTED. */
int public_key_verify(const uint8_t public_key[static 64],
		      const uint8_t digest[static 32],
		      const uint8_t signature[static 64]);

/* Appends ECDSA-Sig-Value (RFC 3279): r and s as minimal DER integers. */
int signature_to_der(const uint8_t signature[static 64], struct bytes *der);
/*
 * Whether r or s begins with nine zero bits, as in one of 256 signatures. Its
 * DER is then shorter than the Elixir library writes, which keeps a leading
 * zero byte.
 */
bool signature_is_short(const uint8_t signature[static 64]);
/*
 * (r, n - s) verifies whenever (r, s) does. Sets `signature` to the one whose
 * DER has the usual 71 bytes. Returns false, and leaves `signature` alone, when
 * neither does, as for one in 250.
 */
#define SIGNATURE_DER_SIZE 71
bool signature_fit(uint8_t signature[static 64]);
/* Sets `signature`. -EINVAL: not an ECDSA-Sig-Value, or r or s is too long. */
int signature_from_der(const uint8_t *der, size_t len,
		       uint8_t signature[static 64]);

/* Signs a digest with the chip or with a signer's key. Returns 0 or -errno. */
typedef int (*sign_digest)(void *context, const uint8_t digest[static 32],
			   uint8_t signature[static 64]);

/*
 * Appends a certificate request (PKCS#10, RFC 2986) in PEM. The subject is
 * CN=serial. The attribute serialNumber (2.5.4.5) holds the chip serial in hex:
 * an issuer needs it to make a certificate that compresses.
 */
int certificate_request(const struct certificate_device *device,
			sign_digest sign, void *context, struct bytes *pem);

/* The content of such a request. */
struct certificate_request_content {
	uint8_t public_key[64];
	uint8_t serial[CERTIFICATE_SERIAL_MAX];
	size_t serial_len;
	uint8_t chip_serial[9];
	bool has_chip_serial;
};

/*
 * Reads a request made by anyone and sets `content`. -EINVAL with the reason:
 * not P-256, or a subject that is not a single CN in UTF-8. -EKEYREJECTED: not
 * signed by its own key.
 */
int certificate_request_read(const struct bytes *pem,
			     struct certificate_request_content *content);
