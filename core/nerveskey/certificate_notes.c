/* SPDX-License-Identifier: Apache-2.0 */
/* Notes about the certificates: whether they verify, and for which programs. */
#include "certificate_notes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "certificate.h"
#include "error.h"
#include "items.h"
#include "log.h"
#include "templates.h"

/* By enum certificate_number. */
static const struct {
	enum nerveskey_item item;
	const char *name;
	const char *unfit; /* what a signature that does not fit means */
} certificates[CERTIFICATE_COUNT] = {
	[CERTIFICATE_SIGNER] = { NERVESKEY_SIGNER_CERT, "signer.pem",
				 "it is not signed by its own key: what slots "
				 "11 and 12 hold is not what was written" },
	[CERTIFICATE_DEVICE] = { NERVESKEY_DEVICE_CERT, "device.pem",
				 "its signature does not fit: the key in slot "
				 "0, the serial, slot 10 or the signer is not "
				 "the one that it was issued for" },
	[CERTIFICATE_AUX_SIGNER] = { NERVESKEY_AUX_SIGNER_CERT,
				     "aux/signer.pem", NULL },
	[CERTIFICATE_AUX_DEVICE] = { NERVESKEY_AUX_DEVICE_CERT,
				     "aux/device.pem", NULL },
};

static void note(struct nerveskey *key, enum certificate_number number,
		 const char *flaw, const char *elixir)
{
	struct certificate_note *note = &key->note[number];
	bool is_new = strcmp(note->flaw, flaw) != 0;

	snprintf(note->flaw, sizeof(note->flaw), "%s", flaw);
	note->elixir = elixir;
	note->known = true;
	if (*flaw && is_new)
		log_write(LOG_LEVEL_WARNING, "%s: %s: %s",
			  atecc_bus_name(key->chip), certificates[number].name,
			  flaw);
}

int certificate_examine(struct nerveskey *key, enum certificate_number number,
			const struct bytes *der, const struct bytes *issuer)
{
	int err = issuer ? certificate_verify(der, issuer) : 0;

	if (err < 0 && err != -EKEYREJECTED)
		return err;
	note(key, number, err < 0 ? certificates[number].unfit : "",
	     certificate_elixir_flaw(der));
	return 0;
}

/* Load it, which examines it. Also note if it cannot be rebuilt. */
static int look_at(struct nerveskey *key, enum certificate_number number)
{
	struct bytes pem = BYTES_INIT;
	int err;

	if (key->note[number].known)
		return 0;
	err = item_load(key, certificates[number].item, &pem);
	bytes_free(&pem);
	if (err != -ENODATA && err != -EUCLEAN)
		return err;
	note(key, number, fail_reason(), NULL);
	return 0;
}

bool certificates_are_expected(const struct nerveskey *key)
{
	enum key_state state = key->cache.state;

	return state == KEY_DATA_LOCKED || state == KEY_COMPLETE ||
	       template_places(key);
}

int certificates_note(struct nerveskey *key)
{
	int err;

	if (!certificates_are_expected(key))
		return 0;
	err = look_at(key, CERTIFICATE_SIGNER);
	return err < 0 ? err : look_at(key, CERTIFICATE_DEVICE);
}

/* Append "good" or "NAME: REASON; ...", or nothing until they are loaded. */
static void append_line(const struct nerveskey *key, struct bytes *text,
			const char *name, bool elixir)
{
	const struct certificate_note *notes = key->note;
	bool known = notes[CERTIFICATE_SIGNER].known &&
		     notes[CERTIFICATE_DEVICE].known;
	const char *between = "";

	bytes_printf(text, "%s=", name);
	for (size_t i = 0; i < CERTIFICATE_COUNT; i++) {
		const char *reason = elixir ? notes[i].elixir : notes[i].flaw;

		if (!notes[i].known || !reason || !*reason)
			continue;
		bytes_printf(text, "%s%s: %s", between, certificates[i].name,
			     reason);
		between = "; ";
	}
	bytes_printf(text, "%s\n", known && !*between ? "good" : "");
}

int certificates_text(const struct nerveskey *key, struct bytes *text)
{
	append_line(key, text, "certificates", false);
	append_line(key, text, "elixir", true);
	return text->err;
}
