/* SPDX-License-Identifier: Apache-2.0 */
/* The items that can be staged, and "key=value" lines. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "certificate.h"
#include "error.h"
#include "signer.h"
#include "stage.h"
#include "text.h"
#include "utf8.h"

#define PLACE(member) offsetof(struct staged, member)

static int check_key_url(const struct provision *request, const char *url);
static int check_pin_file(const struct provision *request, const char *path);

const struct item_info item_table[ITEM_COUNT] = {
	[ITEM_SERIAL] = { .name = "serial",
			  .form = FORM_TEXT,
			  .offset = PLACE(serial),
			  .min = 1,
			  .max = OTP_SERIAL_MAX },
	[ITEM_BOARD] = { .name = "board",
			 .form = FORM_TEXT,
			 .offset = PLACE(board),
			 .min = 1,
			 .max = OTP_BOARD_MAX },
	[ITEM_USER] = { .name = "user",
			.form = FORM_HEX,
			.offset = PLACE(user),
			.min = 1,
			.max = OTP_USER_SIZE },
	[ITEM_CHIP] = { .name = "chip",
			.form = FORM_HEX,
			.offset = PLACE(chip),
			.min = CHIP_SERIAL_SIZE,
			.max = CHIP_SERIAL_SIZE,
			.aux = true },
	/* A URL can contain a PIN. */
	[ITEM_KEY_URL] = { .name = "signer-key",
			   .form = FORM_TEXT,
			   .offset = PLACE(key_url),
			   .min = 1,
			   .max = PROVISION_LINE_MAX,
			   .check = check_key_url,
			   .secret = true,
			   .aux = true },
	[ITEM_PIN] = { .name = "pin",
		       .form = FORM_TEXT,
		       .offset = PLACE(pin),
		       .min = 1,
		       .max = PROVISION_PIN_MAX,
		       .secret = true,
		       .aux = true },
	[ITEM_PIN_FILE] = { .name = "pin-file",
			    .form = FORM_TEXT,
			    .offset = PLACE(pin_file),
			    .min = 1,
			    .max = PROVISION_LINE_MAX,
			    .check = check_pin_file,
			    .aux = true },
	[ITEM_MODE] = { .name = "mode",
			.form = FORM_WORD,
			.offset = PLACE(mode),
			.words = { "regular", "volatile" },
			.max = sizeof("volatile") - 1 },
	/* Allows certificates that the Elixir library cannot read. */
	[ITEM_EXTENDED_DATES] = { .name = "extended-dates",
				  .form = FORM_WORD,
				  .offset = PLACE(extended_dates),
				  .words = { "yes" },
				  .max = sizeof("yes") - 1,
				  .aux = true },
	[ITEM_ACTIVATION_KEY] = { .name = "activation-key",
				  .form = FORM_HEX,
				  .offset = PLACE(activation_key),
				  .min = VOLATILE_KEY_SIZE,
				  .max = VOLATILE_KEY_SIZE,
				  .secret = true },
	[ITEM_ENCRYPTION_KEY] = { .name = "encryption-key",
				  .form = FORM_HEX,
				  .offset = PLACE(encryption_key),
				  .min = VOLATILE_KEY_SIZE,
				  .max = VOLATILE_KEY_SIZE,
				  .secret = true },
	[ITEM_SIGNER_CERT] = { .name = "signer-certificate",
			       .form = FORM_PEM,
			       .offset = PLACE(signer_cert),
			       .min = 1,
			       .max = PROVISION_PEM_MAX,
			       .aux = true },
	[ITEM_DEVICE_CERT] = { .name = "device-certificate",
			       .form = FORM_PEM,
			       .offset = PLACE(device_cert),
			       .min = 1,
			       .max = PROVISION_PEM_MAX,
			       .aux = true },
	[ITEM_SIGNER_KEY] = { .name = "signer-key",
			      .form = FORM_PEM,
			      .offset = PLACE(signer_key),
			      .min = 1,
			      .max = PROVISION_PEM_MAX,
			      .secret = true,
			      .aux = true },
};

void staged_drop(struct staged *staged, uint16_t mask)
{
	for (unsigned int i = 0; i < ITEM_COUNT; i++) {
		if (!(mask & ITEM_BIT(i)))
			continue;
		explicit_bzero((uint8_t *)staged + item_table[i].offset,
			       item_table[i].max + 1);
		staged->len[i] = 0;
	}
	staged->present &= (uint16_t)~mask;
	staged->kept &= (uint16_t)~mask;
	staged->put_off &= (uint16_t)~mask;
}

int stage_item(struct provision *request, enum item item, const void *value,
	       size_t len)
{
	struct staged *staged = &request->staged;
	const struct item_info *info = &item_table[item];

	if (staged_has(staged, item) &&
	    !((staged->kept | staged->put_off) & ITEM_BIT(item)))
		return fail_because(
			EINVAL,
			"line %u: a second %s, where one is expected (reset "
			"forgets the first)",
			request->line_number, info->name);
	if (info->secret && !request->locked)
		return fail_because(
			ENOMEM,
			"no key is taken, because memory cannot be locked "
			"against being swapped out: raise RLIMIT_MEMLOCK");
	staged_drop(staged, ITEM_BIT(item));
	memcpy((uint8_t *)staged + info->offset, value, len);
	staged->len[item] = (uint16_t)len;
	staged->present |= ITEM_BIT(item);
	staged->expired &= (uint16_t)~ITEM_BIT(item);
	return 0;
}

static int check_length(const struct provision *request,
			const struct item_info *info, size_t len)
{
	if (len > info->max)
		return fail_because(
			EFBIG, "line %u: %s is %zu bytes long, at most %zu fit",
			request->line_number, info->name, len, info->max);
	if (len < info->min)
		return fail_because(
			EINVAL,
			"line %u: %s is %zu bytes long, at least %zu are "
			"needed",
			request->line_number, info->name, len, info->min);
	return 0;
}

static int stage_text(struct provision *request, enum item item,
		      const char *value)
{
	size_t len = strlen(value);
	int err;

	err = check_length(request, &item_table[item], len);
	if (err < 0)
		return err;
	if (!utf8_is_printable((const uint8_t *)value, len))
		return fail_because(
			EINVAL,
			"line %u: %s is not printable UTF-8: it has a "
			"control character, or another encoding",
			request->line_number, item_table[item].name);
	if (item_table[item].check)
		err = item_table[item].check(request, value);
	return err < 0 ? err : stage_item(request, item, value, len);
}

/* GnuTLS would open a file for such a URL. */
static bool names_file(const char *url)
{
	return strncmp(url, "pkcs11:", 7) != 0 || strstr(url, "pin-source=") ||
	       strstr(url, "pinfile=");
}

/* The sentence does not repeat the URL, which may contain a PIN. */
static int check_key_url(const struct provision *request, const char *url)
{
	if (request->root_line || !names_file(url))
		return 0;
	return fail_because(EINVAL,
			    "line %u: the daemon does not open a file for "
			    "another user than root, so signer-key= wants a "
			    "pkcs11: URL without pin-source; write the PIN "
			    "as pin=",
			    request->line_number);
}

static int check_pin_file(const struct provision *request, const char *path)
{
	if (!request->root_line)
		return fail_because(EINVAL,
				    "line %u: the daemon does not open a file "
				    "for another user than root: write the "
				    "PIN itself as pin=",
				    request->line_number);
	/* The sentence does not repeat it: people write the PIN itself here. */
	if (*path != '/')
		return fail_because(EINVAL,
				    "line %u: pin-file= has a relative path, "
				    "and the daemon's working directory is /: "
				    "write the whole path, or the PIN itself "
				    "as pin=",
				    request->line_number);
	return 0;
}

static int stage_hex(struct provision *request, enum item item,
		     const char *value)
{
	uint8_t data[OTP_USER_SIZE];
	size_t digits = strlen(value);
	int err;

	err = check_length(request, &item_table[item], digits / 2);
	if (err < 0)
		return err;
	if (digits % 2 || hex_decode(value, data, digits / 2) < 0)
		return fail_because(EINVAL,
				    "line %u: %s is not an even number of hex "
				    "digits",
				    request->line_number,
				    item_table[item].name);
	err = stage_item(request, item, data, digits / 2);
	explicit_bzero(data, sizeof(data));
	return err;
}

static int stage_word(struct provision *request, enum item item,
		      const char *value)
{
	const char *const *words = item_table[item].words;

	if (strcmp(value, words[0]) == 0 ||
	    (words[1] && strcmp(value, words[1]) == 0))
		return stage_item(request, item, value, strlen(value));
	return fail_because(EINVAL, "line %u: %s= can only be %s%s%s",
			    request->line_number, item_table[item].name,
			    words[0], words[1] ? " or " : "",
			    words[1] ? words[1] : "");
}

/* Why the certificate that follows cannot be the signer's either; or "". */
static const char *other_reasons(const struct bytes *rest)
{
	struct bytes der = BYTES_INIT;
	int err;

	err = certificate_from_pem(rest, &der);
	if (err == 0)
		err = certificate_is_ca(&der);
	bytes_free(&der);
	return err == 1 && signer_check(rest) == -EINVAL ? fail_reason() : "";
}

static bool block_follows(const struct bytes *rest)
{
	return rest->len > 0 &&
	       memmem(rest->data, rest->len, PEM_BEGIN, strlen(PEM_BEGIN));
}

static int neither(const struct provision *request)
{
	const struct bytes *rest = &request->rest;
	const char *others;

	if (!block_follows(rest))
		return fail_because(
			EINVAL,
			"line %u is neither key=value, a PEM block nor a verb "
			"such as commit",
			request->line_number);
	others = other_reasons(rest);
	return fail_because(
		EINVAL,
		"line %u is neither key=value, a PEM block nor a verb such as "
		"commit, and text before a PEM block is not taken: openssl "
		"x509 -in FILE prints a certificate without it, openssl pkey "
		"-in FILE a key%s%s",
		request->line_number, *others ? "; also, " : "", others);
}

/* A line that openssl x509 -subject -issuer writes before the block. */
static bool is_name(const char *line)
{
	return strncmp(line, "subject=", 8) == 0 ||
	       strncmp(line, "issuer=", 7) == 0;
}

/*
 * The sentence repeats only the key of a key=value line: any other text may be
 * key material that lost its BEGIN line.
 */
static int unknown_line(const struct provision *request, const char *line)
{
	size_t len = strspn(line, "abcdefghijklmnopqrstuvwxyz-");

	if (len > 0 && len <= 20 && line[len] == '=' && line[len + 1] != '=' &&
	    line[len + 1] != '\0' && !is_name(line))
		return fail_because(EINVAL,
				    "line %u: %.*s= is not known here: see "
				    "nerveskey-layout(5)",
				    request->line_number, (int)len, line);
	return neither(request);
}

int stage_line(struct provision *request, const char *line)
{
	const char *equals = strchr(line, '=');
	size_t name_len = equals ? (size_t)(equals - line) : 0;
	enum item item;

	for (item = 0; item < ITEM_COUNT; item++) {
		const struct item_info *info = &item_table[item];

		if (info->form == FORM_PEM ||
		    (request->target == PROVISION_AUX && !info->aux))
			continue;
		if (strlen(info->name) == name_len &&
		    memcmp(info->name, line, name_len) == 0)
			break;
	}
	if (item == ITEM_COUNT)
		return unknown_line(request, line);
	switch (item_table[item].form) {
	case FORM_HEX:
		return stage_hex(request, item, equals + 1);
	case FORM_WORD:
		return stage_word(request, item, equals + 1);
	default:
		return stage_text(request, item, equals + 1);
	}
}
