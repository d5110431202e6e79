/* SPDX-License-Identifier: Apache-2.0 */
/* What reading the control file shows. */
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

	for (unsigned int i = 0; i < ITEM_COUNT; i++) {
		if (!(mask & ITEM_BIT(i)))
			continue;
		bytes_printf(text, "%s%s", between, item_table[i].name);
		between = " ";
	}
	return text->err;
}

static void show_item(const struct staged *staged, enum item item,
		      struct bytes *text)
{
	const struct item_info *info = &item_table[item];
	const char *value = (const char *)staged_value(staged, item);
	char hex[2 * OTP_USER_SIZE + 1];

	if ((SECRET_ITEMS | PEM_ITEMS) & ITEM_BIT(item)) {
		value = "staged";
	} else if (info->is_hex) {
		hex_encode((const uint8_t *)value, staged->len[item], hex);
		value = hex;
	}
	bytes_printf(text, "%s=%s\n", info->name, value);
}

static void show_mask(const char *label, uint16_t mask, struct bytes *text)
{
	if (!mask)
		return;
	bytes_printf(text, "%s=", label);
	item_names(mask, text);
	bytes_append(text, "\n", 1);
}

/* Fleets have such signers, so this is a warning and no error. */
static void show_warning(const struct staged *staged, struct bytes *text)
{
	struct bytes pem = staged_view(staged, ITEM_SIGNER_CERT);
	const char *flaw = NULL;
	BYTES_LOCAL(der);

	if (pem.len && certificate_from_pem(&pem, &der) == 0)
		flaw = certificate_elixir_flaw(&der);
	if (flaw)
		bytes_printf(text,
			     "warning=the Elixir library cannot rebuild this "
			     "signer's certificate: %s\n",
			     flaw);
}

int provision_show(const struct provision *request, struct bytes *text)
{
	const struct staged *staged = &request->staged;

	for (enum item item = 0; item < ITEM_COUNT; item++)
		if (staged_has(staged, item))
			show_item(staged, item, text);
	show_mask("expired", staged->expired, text);
	if (request->cut)
		bytes_printf(text, "interrupted=yes\n");
	show_mask("missing", staged_missing(staged, staged->present), text);
	show_warning(staged, text);
	return text->err;
}
