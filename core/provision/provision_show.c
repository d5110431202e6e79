/* SPDX-License-Identifier: Apache-2.0 */
/* A request for its reader. */
#include "certificate.h"
#include "stage.h"
#include "text.h"

uint16_t staged_missing(const struct staged *staged, uint16_t items)
{
	uint16_t missing = ITEM_BIT(ITEM_SIGNER_CERT);

	if (!(items & (ITEM_BIT(ITEM_SIGNER_KEY) | ITEM_BIT(ITEM_KEY_URL) |
		       ITEM_BIT(ITEM_DEVICE_CERT))))
		missing |= ITEM_BIT(ITEM_SIGNER_KEY);
	if (items & ITEM_BIT(ITEM_MODE) && staged->mode[0] == 'v')
		missing |= ITEM_BIT(ITEM_ACTIVATION_KEY) |
			   ITEM_BIT(ITEM_ENCRYPTION_KEY);
	return missing & (uint16_t)~items;
}

int item_names(uint16_t mask, struct bytes *text)
{
	const char *between = "";
	int err = 0;

	for (unsigned int i = 0; i < ITEM_COUNT && err == 0; i++) {
		if (!(mask & ITEM_BIT(i)))
			continue;
		err = bytes_printf(text, "%s%s", between, item_table[i].name);
		between = " ";
	}
	return err;
}

static int show_item(const struct staged *staged, enum item item,
		     struct bytes *text)
{
	const struct item_info *info = &item_table[item];
	const char *value = (const char *)staged_value(staged, item);
	char hex[2 * OTP_USER_SIZE + 1];

	if (info->secret || info->form == FORM_PEM)
		return bytes_printf(text, "%s=staged\n", info->name);
	if (info->form != FORM_HEX)
		return bytes_printf(text, "%s=%s\n", info->name, value);
	hex_encode((const uint8_t *)value, staged->len[item], hex);
	return bytes_printf(text, "%s=%s\n", info->name, hex);
}

static int show_mask(const char *label, uint16_t mask, struct bytes *text)
{
	int err;

	if (!mask)
		return 0;
	err = bytes_printf(text, "%s=", label);
	if (err == 0)
		err = item_names(mask, text);
	return err < 0 ? err : bytes_append(text, "\n", 1);
}

/* Fleets have such signers, so they are taken. */
static int show_warning(const struct staged *staged, struct bytes *text)
{
	struct bytes pem = staged_view(staged, ITEM_SIGNER_CERT);
	struct bytes der = BYTES_INIT;
	const char *flaw = NULL;

	if (!staged_has(staged, ITEM_SIGNER_CERT))
		return 0;
	if (certificate_from_pem(&pem, &der) == 0)
		flaw = certificate_elixir_flaw(&der);
	bytes_free(&der);
	if (!flaw)
		return 0;
	return bytes_printf(text,
			    "warning=the Elixir library cannot rebuild this "
			    "signer's certificate: %s\n",
			    flaw);
}

int provision_show(const struct provision *request, struct bytes *text)
{
	const struct staged *staged = &request->staged;
	int err = 0;

	for (enum item item = 0; item < ITEM_COUNT && err == 0; item++)
		if (staged_has(staged, item))
			err = show_item(staged, item, text);
	if (err == 0)
		err = show_mask("expired", staged->expired, text);
	if (err == 0 && request->cut)
		err = bytes_printf(text, "interrupted=yes\n");
	if (err == 0)
		err = show_mask("missing",
				staged_missing(staged, staged->present), text);
	if (err == 0)
		err = show_warning(staged, text);
	return err;
}
