/* SPDX-License-Identifier: Apache-2.0 */
#include "public_key.h"

#include <errno.h>
#include <string.h>

#include "certificate.h"
#include "crypto.h"
#include "error.h"
#include "pem.h"

static const char label[] = "PUBLIC KEY";

/* SEQUENCE { SEQUENCE { id-ecPublicKey, prime256v1 }, BIT STRING 04 ... */
static const uint8_t start[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a,
				 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
				 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
				 0x01, 0x07, 0x03, 0x42, 0x00, 0x04 };

void public_key_write(struct bytes *out, const uint8_t public_key[static 64])
{
	bytes_append(out, start, sizeof(start));
	bytes_append(out, public_key, 64);
}

int public_key_read(struct der_view info, uint8_t public_key[static 64])
{
	int err;

	if (info.len != sizeof(start) + 64 ||
	    memcmp(info.data, start, sizeof(start)) != 0)
		return fail_because(
			EINVAL,
			"the public key is not of P-256, the only curve that "
			"the chip has, or its point is compressed");
	err = public_key_check(info.data + sizeof(start));
	if (err < 0)
		return err;
	memcpy(public_key, info.data + sizeof(start), 64);
	return 0;
}

void public_key_id(const uint8_t public_key[static 64],
		   enum key_id_source source, uint8_t key_id[static 20])
{
	uint8_t info[sizeof(start) + 64];
	const size_t from = source == KEY_ID_OF_INFO ? 0 : sizeof(start) - 1;

	memcpy(info, start, sizeof(start));
	memcpy(info + sizeof(start), public_key, 64);
	crypto_sha1(info + from, sizeof(info) - from, key_id);
}

int public_key_to_pem(const uint8_t public_key[static 64], struct bytes *pem)
{
	BYTES_LOCAL(der);

	public_key_write(&der, public_key);
	return der.err < 0 ? der.err : pem_encode(&der, label, pem);
}

int public_key_from_pem(const struct bytes *pem, uint8_t public_key[static 64])
{
	BYTES_LOCAL(der);
	int err = pem_decode(pem, label, &der);

	if (err < 0)
		return err;
	return public_key_read((struct der_view){ der.data, der.len },
			       public_key);
}

int public_key_check(const uint8_t public_key[static 64])
{
	return crypto_is_point(public_key)
		       ? 0
		       : fail_because(EINVAL,
				      "the public key is no point of the "
				      "curve P-256");
}

int public_key_verify(const uint8_t public_key[static 64],
		      const uint8_t digest[static 32],
		      const uint8_t signature[static 64])
{
	return crypto_verify(public_key, digest, signature)
		       ? 0
		       : fail_because(EKEYREJECTED,
				      "the signature is not this key's");
}
