/* SPDX-License-Identifier: Apache-2.0 */
#include "no_memory_scenarios.h"

#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "signer.h"

static struct bytes cert, private_key, csr;

void scenarios_begin(void)
{
	cert = golden_file("signers/y31.cert");
	private_key = golden_file("signers/y31.key");
}

void scenarios_end(void)
{
	bytes_free(&cert);
	bytes_free(&private_key);
	bytes_free(&csr);
}

static int run_nothing(struct nerveskey *key)
{
	(void)key;
	return 0;
}

static int run_certificates(struct nerveskey *key)
{
	int err = do_get(key, NERVESKEY_CHAIN);

	if (err == 0)
		err = do_get(key, NERVESKEY_AUX_CHAIN);
	return err < 0 ? err : do_get(key, NERVESKEY_PUBLIC_KEY);
}

static int run_trust_and_go(struct nerveskey *key)
{
	int err = do_get(key, NERVESKEY_CHAIN);

	return err < 0 ? err : do_get(key, NERVESKEY_EUI48);
}

static int run_request(struct nerveskey *key)
{
	return do_get(key, NERVESKEY_REQUEST);
}

static int run_snapshot(struct nerveskey *key)
{
	struct nerveskey_snapshot *snapshot;
	int err = nerveskey_snapshot(key, &snapshot);

	if (err == 0)
		snapshot_unref(snapshot);
	return err;
}

static int run_sign(struct nerveskey *key)
{
	uint8_t digest[32] = { 1 }, signature[64];
	struct bytes der = BYTES_INIT;
	int err = served(key, nerveskey_sign(key, NERVESKEY_MAIN_KEY, digest,
					     signature));

	if (err == 0)
		err = served(key, nerveskey_sign_der(key, NERVESKEY_MAIN_KEY,
						     digest, &der));
	bytes_free(&der);
	return err;
}

static int run_ecdh(struct nerveskey *key)
{
	struct bytes pem = BYTES_INIT;
	uint8_t peer[64], secret[32];
	int err = nerveskey_get(key, NERVESKEY_PUBLIC_KEY, &pem);

	if (err == 0)
		err = nerveskey_parse_peer(&pem, peer);
	if (err == 0)
		err = served(key, nerveskey_ecdh(key, NERVESKEY_MAIN_KEY, peer,
						 secret));
	bytes_free(&pem);
	return err;
}

static int run_activate(struct nerveskey *key)
{
	uint8_t data[32] = { 0, 1, 2,  3,  4,  5,  6,  7,
			     8, 9, 10, 11, 12, 13, 14, 15 };
	uint8_t mac[32];
	int err = served(key, nerveskey_activate(key, data));

	return err < 0 ? err : served(key, nerveskey_derive(key, data, mac));
}

static int run_show(struct nerveskey *key)
{
	int err = nerveskey_provision_write(key, NERVESKEY_PROVISION, true,
					    "serial=N1\n", 10);

	if (err == 0)
		err = run_snapshot(key);
	nerveskey_provision_write(key, NERVESKEY_PROVISION, true, "reset\n", 6);
	return err;
}

static int run_read_settings(struct nerveskey *key)
{
	struct bytes text = BYTES_INIT;
	int err;

	err = do_get_setting(key, "nested", &text);
	if (err == 0)
		err = do_get_map(key, &text);
	bytes_free(&text);
	return err;
}

static int run_put_json(struct nerveskey *key)
{
	return do_put(key, "nested",
		      "{\"a\":[1,{\"%tuple\":[\"x\",2.5]}],\":b\":0}");
}

static int run_put_long(struct nerveskey *key)
{
	char text[500] = { 0 };

	memset(text, 'w', sizeof(text) - 1);
	return do_put(key, "k", text);
}

static int run_replace(struct nerveskey *key)
{
	struct bytes etf = BYTES_INIT;
	int err = bytes_set(&etf, "\x83t\0\0\0\1m\0\0\0\1ad\0\1b", 16);

	if (err == 0)
		err = do_replace(key, &etf);
	bytes_free(&etf);
	return err;
}

static int run_issue(struct nerveskey *key)
{
	const struct signer_source source = { .certificate_pem = &cert,
					      .key_pem = &private_key };
	struct bytes pem = BYTES_INIT, key_pem = BYTES_INIT;
	struct signer *signer;
	int err;

	(void)key;
	err = signer_open(&source, &signer);
	if (err < 0)
		return err;
	err = signer_create_device(signer, "N1", time(NULL), &pem, &key_pem);
	signer_free(signer);
	bytes_free(&pem);
	bytes_free(&key_pem);
	return err;
}

static int run_new_signer(struct nerveskey *key)
{
	const struct signer_terms terms = { .years_valid = 3 };
	struct bytes pem = BYTES_INIT, key_pem = BYTES_INIT;
	int err;

	(void)key;
	err = signer_create(&terms, time(NULL), &pem, &key_pem);
	bytes_free(&pem);
	bytes_free(&key_pem);
	return err;
}

static int run_read_request(struct nerveskey *key)
{
	struct certificate_request_content content;

	if (csr.len == 0)
		return nerveskey_get(key, NERVESKEY_REQUEST, &csr);
	return certificate_request_read(&csr, &content);
}

const struct scenario scenarios[] = {
	{ .name = "opening a provisioned chip",
	  .image = "608b-settings-aux",
	  .run = run_nothing,
	  .opens = true },
	{ .name = "opening a blank chip",
	  .image = "508a-factory",
	  .run = run_nothing,
	  .opens = true },
	{ .name = "reading certificates",
	  .image = "608b-settings-aux",
	  .run = run_certificates },
	{ .name = "reading Trust&Go certificates",
	  .image = "tng",
	  .run = run_trust_and_go },
	{ .name = "making a certificate request",
	  .image = "608b-provisioned",
	  .run = run_request },
	{ .name = "reading a certificate request",
	  .image = "608b-provisioned",
	  .run = run_read_request },
	{ .name = "status and metrics",
	  .image = "608b-settings-aux",
	  .run = do_status },
	{ .name = "signing", .image = "508a-provisioned", .run = run_sign },
	{ .name = "agreeing on a secret",
	  .image = "608b-provisioned",
	  .run = run_ecdh },
	{ .name = "activating a volatile part",
	  .image = "608b-volatile",
	  .run = run_activate },
	{ .name = "staging and showing a request",
	  .image = "608b-factory",
	  .run = run_show },
	{ .name = "provisioning",
	  .image = "608b-factory",
	  .run = do_provision,
	  .changes = CHANGES_MUCH,
	  .once = true },
	{ .name = "auxiliary certificates",
	  .image = "608b-settings-aux",
	  .run = do_provision_aux,
	  .changes = CHANGES_MUCH },
	{ .name = "reading settings",
	  .image = "608b-settings-aux",
	  .run = run_read_settings },
	{ .name = "writing a setting",
	  .image = "608b-settings-aux",
	  .run = do_put_server,
	  .changes = CHANGES_SETTINGS },
	{ .name = "writing a typed setting",
	  .image = "608b-settings-aux",
	  .run = run_put_json,
	  .changes = CHANGES_SETTINGS },
	{ .name = "writing a setting by way of the journal",
	  .image = "608b-settings-full",
	  .run = run_put_long,
	  .changes = CHANGES_SETTINGS },
	{ .name = "replacing all settings",
	  .image = "608b-settings-aux",
	  .run = run_replace,
	  .changes = CHANGES_SETTINGS },
	{ .name = "editing a setting's file",
	  .image = "608b-settings-aux",
	  .run = run_files,
	  .changes = CHANGES_SETTINGS },
	{ .name = "moving a setting's file",
	  .image = "608b-settings-aux",
	  .run = run_moves,
	  .changes = CHANGES_MUCH },
	{ .name = "what others may know",
	  .image = "608b-settings-aux",
	  .run = run_snapshot },
	{ .name = "issuing a certificate",
	  .image = "608b-provisioned",
	  .run = run_issue },
	{ .name = "making a signer",
	  .image = "608b-provisioned",
	  .run = run_new_signer },
};
const size_t scenario_count = sizeof(scenarios) / sizeof(*scenarios);
