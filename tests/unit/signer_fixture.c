/* SPDX-License-Identifier: Apache-2.0 */
#include "signer_fixture.h"

#include <stdio.h>

#include "error.h"

void assert_ok(int err)
{
	if (err != 0)
		fail_msg("error %d: %s", err, fail_reason());
}

int open_pem(const struct bytes *cert, const struct bytes *key,
	     struct signer **signer)
{
	const struct signer_source source = { .certificate_pem = cert,
					      .key_pem = key };

	return signer_open(&source, signer);
}

struct signer *open_golden(const char *name)
{
	char path[128];
	struct bytes cert, key;
	struct signer *signer;

	snprintf(path, sizeof(path), "signers/%s.cert", name);
	cert = golden_file(path);
	snprintf(path, sizeof(path), "signers/%s.key", name);
	key = golden_file(path);
	assert_ok(open_pem(&cert, &key, &signer));
	bytes_free(&cert);
	bytes_free(&key);
	return signer;
}
