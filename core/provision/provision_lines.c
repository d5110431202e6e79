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

static int check_key_url(const struct provision *request, const char *url);
static int check_pin_file(const struct provision *request, const char *path);
static int check_mode(const struct provision *request, const char *mode);
static int check_dates(const struct provision *request, const char *answer);

/* A NUL follows the longest value. */
#define PLACE(member)                              \
	.offset = offsetof(struct staged, member), \
	.max = sizeof(((struct staged *)0)->member) - 1
#define TEXT(key, member) .name = key, .min = 1, PLACE(member)
#define HEX(key, member, least) \
	.name = key, .is_hex = true, .min = least, PLACE(member)

const struct item_info item_table[ITEM_COUNT] = {
	[ITEM_SERIAL] = { TEXT("serial", serial) },
	[ITEM_BOARD] = { TEXT("board", board) },
	[ITEM_USER] = { HEX("user", user, 1) },
	[ITEM_CHIP] = { HEX("chip", chip, CHIP_SERIAL_SIZE) },
	[ITEM_KEY_URL] = { TEXT("signer-key", key_url),
			   .check = check_key_url },
	[ITEM_PIN] = { TEXT("pin", pin) },
	[ITEM_PIN_FILE] = { TEXT("pin-file", pin_file),
			    .check = check_pin_file },
	[ITEM_MODE] = { TEXT("mode", mode), .check = check_mode },
	/* Allows certificates that the Elixir library cannot read. */
	[ITEM_EXTENDED_DATES] = { TEXT("extended-dates", extended_dates),
				  .check = check_dates },
	[ITEM_ACTIVATION_KEY] = { HEX("activation-key", activation_key,
				      VOLATILE_KEY_SIZE) },
	[ITEM_ENCRYPTION_KEY] = { HEX("encryption-key", encryption_key,
				      VOLATILE_KEY_SIZE) },
	[ITEM_SIGNER_CERT] = { TEXT("signer-certificate", signer_cert) },
	[ITEM_DEVICE_CERT] = { TEXT("device-certificate", device_cert) },
	[ITEM_SIGNER_KEY] = { TEXT("signer-key", signer_key) },
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

uint16_t staged_for(const struct staged *staged,
		    const uint8_t chip_serial[static CHIP_SERIAL_SIZE])
{
	if (memcmp(staged->kept_for, chip_serial, CHIP_SERIAL_SIZE) == 0)
		return staged->present;
	return staged->present & (uint16_t)~staged->kept;
}

int stage_item(struct provision *request, enum item item, const void *value,
	       size_t len)
{
	struct staged *staged = &request->staged;

	if (staged_has(staged, item) &&
	    !((staged->kept | staged->put_off) & ITEM_BIT(item)))
		return fail_because(EINVAL,
				    "a second %s, where one is expected (reset "
				    "forgets the first)",
				    item_table[item].name);
	if (SECRET_ITEMS & ITEM_BIT(item) && !request->locked)
		return fail_because(
			ENOMEM,
			"no key is taken, because memory cannot be locked "
			"against being swapped out: raise RLIMIT_MEMLOCK");
	staged_drop(staged, ITEM_BIT(item));
	memcpy((uint8_t *)staged + item_table[item].offset, value, len);
	staged->len[item] = (uint16_t)len;
	staged->present |= ITEM_BIT(item);
	staged->expired &= (uint16_t)~ITEM_BIT(item);
	return 0;
}

static int check_length(const struct item_info *info, size_t len)
{
	if (len > info->max)
		return fail_because(EFBIG,
				    "%s is %zu bytes long, at most %zu fit",
				    info->name, len, info->max);
	if (len < info->min)
		return fail_because(
			EINVAL, "%s is %zu bytes long, at least %zu are needed",
			info->name, len, info->min);
	return 0;
}

static int stage_text(struct provision *request, enum item item,
		      const char *value)
{
	const struct item_info *info = &item_table[item];
	size_t len = strlen(value);
	int err;

	err = info->check ? info->check(request, value) : 0;
	if (err == 0)
		err = check_length(info, len);
	if (err < 0)
		return err;
	if (!utf8_is_printable((const uint8_t *)value, len))
		return fail_because(EINVAL,
				    "%s is not printable UTF-8: it has a "
				    "control character, or another encoding",
				    info->name);
	return stage_item(request, item, value, len);
}

static int stage_hex(struct provision *request, enum item item,
		     const char *value)
{
	const struct item_info *info = &item_table[item];
	uint8_t data[OTP_USER_SIZE];
	size_t digits = strlen(value);
	int err;

	err = check_length(info, digits / 2);
	if (err < 0)
		return err;
	if (digits % 2 || hex_decode(value, data, digits / 2) < 0)
		return fail_because(EINVAL,
				    "%s is not an even number of hex digits",
				    info->name);
	err = stage_item(request, item, data, digits / 2);
	explicit_bzero(data, sizeof(data));
	return err;
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
			    "the daemon does not open a file for another user "
			    "than root, so signer-key= wants a pkcs11: URL "
			    "without pin-source; write the PIN as pin=");
}

static int check_pin_file(const struct provision *request, const char *path)
{
	if (!request->root_line)
		return fail_because(EINVAL,
				    "the daemon does not open a file for "
				    "another user than root: write the PIN "
				    "itself as pin=");
	/* The sentence does not repeat it: people write the PIN itself here. */
	if (*path != '/')
		return fail_because(EINVAL,
				    "pin-file= has a relative path, and the "
				    "daemon's working directory is /: write "
				    "the whole path, or the PIN itself as "
				    "pin=");
	return 0;
}

static int check_mode(const struct provision *request, const char *mode)
{
	(void)request;
	if (strcmp(mode, "regular") == 0 || strcmp(mode, "volatile") == 0)
		return 0;
	return fail_because(EINVAL, "mode= can only be regular or volatile");
}

static int check_dates(const struct provision *request, const char *answer)
{
	(void)request;
	if (strcmp(answer, "yes") == 0)
		return 0;
	return fail_because(EINVAL, "extended-dates= can only be yes");
}

int pem_is_ca(const struct bytes *pem)
{
	BYTES_LOCAL(der);
	int err = certificate_from_pem(pem, &der);

	return err < 0 ? err : certificate_is_ca(&der);
}

static int neither(const struct provision *request)
{
	const struct bytes *rest = &request->rest;
	const char *others = "";

	if (!rest->len ||
	    !memmem(rest->data, rest->len, PEM_BEGIN, strlen(PEM_BEGIN)))
		return fail_because(EINVAL,
				    "neither key=value, a PEM block nor a verb "
				    "such as commit");
	/* Why the certificate that follows cannot be the signer's either. */
	if (pem_is_ca(rest) == 1 && signer_check(rest) == -EINVAL)
		others = fail_reason();
	return fail_because(
		EINVAL,
		"neither key=value, a PEM block nor a verb such as commit, and "
		"text before a PEM block is not taken: openssl x509 -in FILE "
		"prints a certificate without it, openssl pkey -in FILE a "
		"key%s%s",
		*others ? "; also, " : "", others);
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
				    "%.*s= is not known here: see "
				    "nerveskey-layout(5)",
				    (int)len, line);
	return neither(request);
}

int stage_line(struct provision *request, const char *line)
{
	const uint16_t others =
		PEM_ITEMS |
		(request->target == PROVISION_AUX ? PRIMARY_ITEMS : 0);
	const char *equals = strchr(line, '=');
	size_t len = equals ? (size_t)(equals - line) : 0;

	for (enum item item = 0; item < ITEM_COUNT; item++) {
		const struct item_info *info = &item_table[item];

		if (others & ITEM_BIT(item) || strlen(info->name) != len ||
		    memcmp(info->name, line, len) != 0)
			continue;
		return info->is_hex ? stage_hex(request, item, equals + 1)
				    : stage_text(request, item, equals + 1);
	}
	return unknown_line(request, line);
}
