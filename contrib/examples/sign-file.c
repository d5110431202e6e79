/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sign a file with the chip: plain open(), write() and read() on `sign`, with
 * the digest and the verification by GnuTLS.
 *
 *	cc -o sign-file sign-file.c -lgnutls
 *	./sign-file FILE SIGNATURE [MOUNT]
 *
 * SIGNATURE becomes the ECDSA signature in DER, which `openssl dgst -sha256
 * -verify` takes.
 */
#include <err.h>
#include <fcntl.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void check(int code, const char *what)
{
	if (code < 0)
		errx(EXIT_FAILURE, "%s: %s", what, gnutls_strerror(code));
}

static void hash_file(const char *path, unsigned char digest[32])
{
	gnutls_datum_t content;

	check(gnutls_load_file(path, &content), path);
	check(gnutls_hash_fast(GNUTLS_DIG_SHA256, content.data, content.size,
			       digest),
	      path);
	gnutls_free(content.data);
}

/* One descriptor: the reply to a write is read from the same one. */
static void sign(const char *mount, const unsigned char digest[32],
		 unsigned char signature[64])
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s/sign", mount);
	fd = open(path, O_RDWR);
	if (fd < 0 || write(fd, digest, 32) != 32 ||
	    read(fd, signature, 64) != 64)
		err(EXIT_FAILURE, "%s", path);
	close(fd);
}

static void verify(const char *mount, const unsigned char digest[32],
		   const gnutls_datum_t *der)
{
	const gnutls_datum_t hash = { (unsigned char *)digest, 32 };
	gnutls_pubkey_t key;
	gnutls_datum_t pem;
	char path[4096];

	snprintf(path, sizeof(path), "%s/pubkey.pem", mount);
	check(gnutls_load_file(path, &pem), path);
	check(gnutls_pubkey_init(&key), path);
	check(gnutls_pubkey_import(key, &pem, GNUTLS_X509_FMT_PEM), path);
	check(gnutls_pubkey_verify_hash2(key, GNUTLS_SIGN_ECDSA_SHA256, 0,
					 &hash, der),
	      "the signature");
	gnutls_pubkey_deinit(key);
	gnutls_free(pem.data);
}

int main(int argc, char **argv)
{
	const char *mount = argc > 3 ? argv[3] : "/mnt/nerveskey";
	unsigned char digest[32], signature[64];
	const gnutls_datum_t r = { signature, 32 }, s = { signature + 32, 32 };
	gnutls_datum_t der;
	FILE *file;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: sign-file FILE SIGNATURE [MOUNT]\n");
		return 2;
	}
	hash_file(argv[1], digest);
	sign(mount, digest, signature);
	check(gnutls_encode_rs_value(&der, &r, &s), "the signature");
	verify(mount, digest, &der);
	file = fopen(argv[2], "w");
	if (!file || fwrite(der.data, 1, der.size, file) != der.size ||
	    fclose(file) != 0)
		err(EXIT_FAILURE, "%s", argv[2]);
	gnutls_free(der.data);
	return 0;
}
