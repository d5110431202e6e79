/* SPDX-License-Identifier: Apache-2.0 */
#include "signer_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "crypto.h"
#include "error.h"
#include "pem.h"

static const uint8_t prime256v1[] = { 0x2a, 0x86, 0x48, 0xce,
				      0x3d, 0x03, 0x01, 0x07 };

/* Of what GnuTLS can be built to open. */
bool signer_key_is_url(const char *text)
{
	return strncmp(text, "pkcs11:", 7) == 0 ||
	       strncmp(text, "tpmkey:", 7) == 0;
}

/* Sets `pin` to the first line of the file. */
static int read_pin(const char *path, char pin[static TOKEN_PIN_MAX + 2])
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd < 0 ? -1 : read(fd, pin, TOKEN_PIN_MAX + 1);
	int err = 0;

	if (len < 0)
		err = fail_because(EINVAL, "PIN file %s: %s", path,
				   strerror(errno));
	pin[len < 0 ? 0 : len] = 0;
	pin[strcspn(pin, "\r\n")] = 0;
	if (err == 0 && (!*pin || strlen(pin) > TOKEN_PIN_MAX))
		err = fail_because(EINVAL,
				   "PIN file %s: its first line is empty or"
				   " longer than %d bytes",
				   path, TOKEN_PIN_MAX);
	if (fd >= 0)
		close(fd);
	return err;
}

/* A URL may hold a PIN, so no sentence shows it. */
static int open_url(const char *url, const char *pin, struct signer_key *key)
{
	const char *why;

	key->token = token_load();
	if (!key->token)
		return -EIO;
	why = key->token->open(url, pin, &key->opened);
	return why ? fail_because(EINVAL,
				  "the URL of the signer's key cannot be opened"
				  " (check the URL, the token and the PIN): %s",
				  why)
		   : 0;
}

static int import_url(const struct signer_source *source,
		      struct signer_key *key)
{
	char pin[TOKEN_PIN_MAX + 2];
	int err;

	if (source->pin && source->pin_file)
		return fail_because(
			EINVAL,
			"the PIN is given both by itself and as a file: "
			"give only one of them");
	if (!source->pin_file)
		return open_url(source->key_url,
				source->pin ? bytes_text(source->pin) : NULL,
				key);
	err = read_pin(source->pin_file, pin);
	if (err == 0)
		err = open_url(source->key_url, pin, key);
	explicit_bzero(pin, sizeof(pin));
	return err;
}

/*
 * Reads ECPrivateKey (RFC 5915). Its curve may be left out only in PKCS#8. Some
 * programs add zeros before the key, or leave them out.
 */
static int read_sec1(struct der_view in, bool curve_known,
		     uint8_t secret[static 32])
{
	struct der_view fields, version, number, parameters, curve;

	if (der_read(&in, DER_SEQUENCE, &fields) < 0 ||
	    der_read(&fields, DER_INTEGER, &version) < 0 ||
	    der_read(&fields, DER_OCTET_STRING, &number) < 0)
		return -EINVAL;
	if (der_read(&fields, DER_CONTEXT(0), &parameters) == 0)
		curve_known = der_read(&parameters, DER_OID, &curve) == 0 &&
			      der_is(&curve, prime256v1, sizeof(prime256v1));
	for (; number.len > 32 && *number.data == 0; number.len--)
		number.data++;
	if (!curve_known || number.len > 32)
		return -EINVAL;
	memcpy(secret + 32 - number.len, number.data, number.len);
	return 0;
}

/* Reads PrivateKeyInfo (RFC 5208). */
static int read_pkcs8(struct der_view in, uint8_t secret[static 32])
{
	static const uint8_t ec_public_key[] = { 0x2a, 0x86, 0x48, 0xce,
						 0x3d, 0x02, 0x01 };
	struct der_view fields, version, algorithm, oid, curve, key;

	if (der_read(&in, DER_SEQUENCE, &fields) < 0 ||
	    der_read(&fields, DER_INTEGER, &version) < 0 ||
	    der_read(&fields, DER_SEQUENCE, &algorithm) < 0 ||
	    der_read(&algorithm, DER_OID, &oid) < 0 ||
	    !der_is(&oid, ec_public_key, sizeof(ec_public_key)) ||
	    der_read(&algorithm, DER_OID, &curve) < 0 ||
	    !der_is(&curve, prime256v1, sizeof(prime256v1)) ||
	    der_read(&fields, DER_OCTET_STRING, &key) < 0)
		return -EINVAL;
	return read_sec1(key, true, secret);
}

static int import_pem(const struct bytes *pem, uint8_t secret[static 32])
{
	static const char sec1[] = "EC PRIVATE KEY", pkcs8[] = "PRIVATE KEY";
	struct der_view in;
	BYTES_LOCAL(der);
	int err;

	if (strstr(bytes_text(pem), "-----BEGIN ENCRYPTED PRIVATE KEY") ||
	    strstr(bytes_text(pem), "Proc-Type: 4,ENCRYPTED"))
		return fail_because(
			EINVAL, "the signer's key is encrypted: decrypt it, or "
				"use a key in a token (a pkcs11: URL)");
	if (pem_find(pem, sec1, &in))
		err = pem_decode(pem, sec1, &der);
	else if (pem_find(pem, pkcs8, &in))
		err = pem_decode(pem, pkcs8, &der);
	else
		return fail_because(
			EINVAL, "there is no EC private key in PEM: a block "
				"from BEGIN EC PRIVATE KEY to its END line, or "
				"of PRIVATE KEY, is expected");
	if (err < 0)
		return err;
	in = (struct der_view){ der.data, der.len };
	if (read_sec1(in, false, secret) < 0 && read_pkcs8(in, secret) < 0)
		return fail_because(
			EINVAL, "the signer's key is not of P-256, the only "
				"curve that chips have, or it is cut off, or "
				"does not name its curve (`openssl ec "
				"-param_enc named_curve` names it)");
	return 0;
}

int signer_key_sign(const struct signer_key *key,
		    const uint8_t digest[static 32],
		    uint8_t signature[static 64])
{
	uint8_t der[TOKEN_DER_MAX];
	const char *why;
	size_t len;

	if (!key->opened)
		return crypto_sign((void *)key->secret, digest, signature);
	why = key->token->sign(key->opened, digest, der, &len);
	if (why)
		return fail_because(EIO, "the signer's key does not sign: %s",
				    why);
	return signature_from_der(der, len, signature);
}

/* A token may not show the public half, so a signature proves the key. */
static int prove(const struct signer_key *key, const uint8_t *public_key)
{
	uint8_t digest[32], signature[64];
	int err;

	crypto_random(digest, sizeof(digest));
	err = signer_key_sign(key, digest, signature);
	if (err == 0)
		err = public_key_verify(public_key, digest, signature);
	if (err == -EKEYREJECTED)
		return fail_because(
			EINVAL, "the signer's key is not that of the signer's "
				"certificate: give two that belong together");
	return err == -EIO ? -EINVAL : err;
}

int signer_key_open(const struct signer_source *source,
		    const uint8_t *public_key, struct signer_key *key)
{
	int err;

	*key = (struct signer_key){ .opened = NULL };
	if (source->key_pem && source->key_url)
		return fail_because(
			EINVAL,
			"the signer's key is given both as PEM and as a "
			"URL: give only one of them");
	err = source->key_pem ? import_pem(source->key_pem, key->secret)
			      : import_url(source, key);
	if (err == 0)
		err = prove(key, public_key);
	if (err < 0)
		signer_key_close(key);
	return err;
}

void signer_key_close(struct signer_key *key)
{
	if (key->opened)
		key->token->close(key->opened);
	explicit_bzero(key, sizeof(*key));
}
