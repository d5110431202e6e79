/* SPDX-License-Identifier: Apache-2.0 */
#include "token.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/abstract.h>
#include <gnutls/pkcs11.h>

/* GnuTLS leaves copies of key and PIN in memory: see signing.h. */
struct token_key {
	gnutls_privkey_t key;
	char pin[TOKEN_PIN_MAX + 1]; /* a token may ask for it again */
};

/* A wrong PIN is not tried again, because tokens lock themselves. */
static int give_pin(void *context, int attempt, const char *token_url,
		    const char *token_label, unsigned int flags, char *pin,
		    size_t pin_max)
{
	const struct token_key *key = context;
	const size_t len = strlen(key->pin);

	(void)token_url;
	(void)token_label;
	if (len == 0 || len >= pin_max || attempt > 0 ||
	    flags & (GNUTLS_PIN_WRONG | GNUTLS_PIN_FINAL_TRY))
		return GNUTLS_E_PKCS11_PIN_ERROR;
	memcpy(pin, key->pin, len + 1);
	return 0;
}

static void close_key(void *key)
{
	struct token_key *opened = key;

	if (opened->key)
		gnutls_privkey_deinit(opened->key);
	explicit_bzero(opened, sizeof(*opened));
	free(opened);
}

static const char *import(struct token_key *made, const char *url)
{
	int ret = gnutls_privkey_init(&made->key);

	if (ret >= 0) {
		gnutls_privkey_set_pin_function(made->key, give_pin, made);
		ret = gnutls_privkey_import_url(made->key, url, 0);
	}
	if (ret < 0)
		return gnutls_strerror(ret);
	return gnutls_privkey_get_pk_algorithm(made->key, NULL) ==
			       GNUTLS_PK_ECDSA
		       ? NULL
		       : "it is not of P-256, the only curve that chips have";
}

static const char *open_key(const char *url, const char *pin, void **key)
{
	struct token_key *made;
	const char *why;

	if (!gnutls_url_is_supported(url))
		return "a URL that begins with pkcs11: is expected";
	if (pin && strlen(pin) > TOKEN_PIN_MAX)
		return "the PIN is too long";
	made = calloc(1, sizeof(*made));
	if (!made)
		return "no memory";
	if (pin)
		strcpy(made->pin, pin);
	why = import(made, url);
	if (why)
		close_key(made);
	else
		*key = made;
	return why;
}

static const char *sign(void *key, const uint8_t digest[static 32],
			uint8_t der[static TOKEN_DER_MAX], size_t *len)
{
	const struct token_key *opened = key;
	const gnutls_datum_t hash = { (unsigned char *)digest, 32 };
	gnutls_datum_t made = { NULL, 0 };
	int ret = gnutls_privkey_sign_hash2(
		opened->key, GNUTLS_SIGN_ECDSA_SHA256, 0, &hash, &made);

	if (ret < 0)
		return gnutls_strerror(ret);
	*len = made.size < TOKEN_DER_MAX ? made.size : TOKEN_DER_MAX;
	memcpy(der, made.data, *len);
	gnutls_free(made.data);
	return NULL;
}

__attribute__((visibility("default")))
const struct token TOKEN_SYMBOL = { open_key, sign, close_key };
