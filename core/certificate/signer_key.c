/* SPDX-License-Identifier: Apache-2.0 */
#include "signer_key.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <gnutls/crypto.h>
#include <gnutls/pkcs11.h>

#include "crypto.h"
#include "error.h"
#include "pem.h"

#define PIN_MAX 255

bool signer_key_is_url(const char *text)
{
	return gnutls_url_is_supported(text) != 0;
}

/* A wrong PIN is not tried again, because tokens lock themselves. */
static int give_pin(void *context, int attempt, const char *token_url,
		    const char *token_label, unsigned int flags, char *pin,
		    size_t pin_max)
{
	const struct signer_key *key = context;

	(void)token_url;
	(void)token_label;
	if (key->pin.len == 0 || key->pin.len >= pin_max || attempt > 0 ||
	    flags & (GNUTLS_PIN_WRONG | GNUTLS_PIN_FINAL_TRY))
		return GNUTLS_E_PKCS11_PIN_ERROR;
	memcpy(pin, key->pin.data, key->pin.len + 1);
	return 0;
}

/* Sets `pin` to the first line of the file. */
static int read_pin(const char *path, struct bytes *pin)
{
	struct bytes text = BYTES_INIT;
	ssize_t len;
	int fd, err;

	err = bytes_resize(&text, PIN_MAX + 1);
	if (err < 0)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? -1 : read(fd, text.data, text.len);
	if (len < 0)
		err = fail_because(EINVAL, "PIN file %s: %s", path,
				   strerror(errno));
	else
		len = (ssize_t)strcspn((char *)text.data, "\r\n");
	if (err == 0 && (len == 0 || len > PIN_MAX))
		err = fail_because(EINVAL,
				   "PIN file %s: its first line is empty or"
				   " longer than %d bytes",
				   path, PIN_MAX);
	if (err == 0)
		err = bytes_resize(&text, (size_t)len);
	if (err == 0)
		bytes_move(pin, &text);
	if (fd >= 0)
		close(fd);
	bytes_free(&text);
	return err;
}

static int import_pem(const struct bytes *pem, gnutls_privkey_t key)
{
	static const char *const labels[] = { "EC PRIVATE KEY", "PRIVATE KEY" };
	struct der_view block;
	gnutls_datum_t text;
	int ret;

	if (pem->len > PEM_MAX)
		return fail_because(
			EINVAL,
			"the signer's key is %zu bytes of PEM, and at "
			"most %d are read",
			pem->len, PEM_MAX);
	if (pem_find(pem, "ENCRYPTED PRIVATE KEY", &block))
		return fail_because(
			EINVAL, "the signer's key is encrypted: decrypt it, or "
				"use a key in a token (a pkcs11: URL)");
	if (!pem_find(pem, labels[0], &block) &&
	    !pem_find(pem, labels[1], &block))
		return fail_because(
			EINVAL, "there is no EC private key in PEM: a block "
				"from BEGIN EC PRIVATE KEY to its END line, or "
				"of PRIVATE KEY, is expected");
	text = (gnutls_datum_t){ (unsigned char *)block.data,
				 (unsigned int)block.len };
	ret = gnutls_privkey_import_x509_raw(key, &text, GNUTLS_X509_FMT_PEM,
					     NULL, 0);
	return ret < 0 ? crypto_failed(ret, EINVAL, "the signer's key") : 0;
}

/* A URL may hold a PIN, so no sentence shows it. */
static int import_url(const struct signer_source *source,
		      struct signer_key *key)
{
	int ret, err;

	if (!signer_key_is_url(source->key_url))
		return fail_because(
			EINVAL, "the URL of the signer's key cannot be opened: "
				"one that begins with pkcs11: is expected");
	if (source->pin && source->pin_file)
		return fail_because(
			EINVAL,
			"the PIN is given both by itself and as a file: "
			"give only one of them");
	err = source->pin ? bytes_set(&key->pin, source->pin->data,
				      source->pin->len)
			  : 0;
	if (source->pin_file)
		err = read_pin(source->pin_file, &key->pin);
	if (err < 0)
		return err;
	gnutls_privkey_set_pin_function(key->key, give_pin, key);
	ret = gnutls_privkey_import_url(key->key, source->key_url, 0);
	return ret < 0 ? crypto_failed(ret, EINVAL,
				       "no private key was found by the URL of "
				       "the signer's key (check the URL, the "
				       "token and the PIN)")
		       : 0;
}

/* A token may not show the public half, so a signature proves the key. */
static int prove(gnutls_privkey_t key, const uint8_t *public_key)
{
	uint8_t digest[32], signature[64];
	int ret, err;

	if (gnutls_privkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_ECDSA)
		return fail_because(
			EINVAL, "the signer's key is not of P-256, the only "
				"curve that chips have");
	ret = gnutls_rnd(GNUTLS_RND_NONCE, digest, sizeof(digest));
	if (ret < 0)
		return crypto_failed(ret, EIO, "random");
	err = crypto_sign(key, digest, signature);
	if (err == 0)
		err = public_key_verify(public_key, digest, signature);
	if (err == -EINVAL || err == -EKEYREJECTED)
		return fail_because(
			EINVAL, "the signer's key is not that of the signer's "
				"certificate: give two that belong together");
	return err == -EIO ? -EINVAL : err;
}

int signer_key_open(const struct signer_source *source,
		    const uint8_t *public_key, struct signer_key *key)
{
	int ret, err;

	*key = (struct signer_key){ NULL, BYTES_INIT };
	if (source->key_pem && source->key_url)
		return fail_because(
			EINVAL,
			"the signer's key is given both as PEM and as a "
			"URL: give only one of them");
	ret = gnutls_privkey_init(&key->key);
	if (ret < 0)
		return crypto_failed(ret, ENOMEM, "the signer's key");
	if (source->key_pem)
		err = import_pem(source->key_pem, key->key);
	else
		err = import_url(source, key);
	if (err == 0)
		err = prove(key->key, public_key);
	if (err < 0)
		signer_key_close(key);
	return err;
}

int signer_key_sign(const struct signer_key *key,
		    const uint8_t digest[static 32],
		    uint8_t signature[static 64])
{
	return crypto_sign(key->key, digest, signature);
}

void signer_key_close(struct signer_key *key)
{
	if (key->key)
		gnutls_privkey_deinit(key->key);
	bytes_free(&key->pin);
	key->key = NULL;
}
