/* SPDX-License-Identifier: Apache-2.0 */
#include "settings_names.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "error.h"
#include "etf.h"
#include "text.h"

static const char term_prefix[] = "%term-";
#define TERM_PREFIX_LEN (sizeof(term_prefix) - 1)

/* Whether the '%' at `i` would be read as an escape. */
static bool is_escape(const uint8_t *text, size_t len, size_t i)
{
	return text[i] == '%' && i + 2 < len && isxdigit(text[i + 1]) &&
	       isxdigit(text[i + 2]);
}

static void escape(const struct etf_node *node, bool at_front,
		   struct bytes *name)
{
	const uint8_t *text = node->bytes;
	/* Of a binary: what would look like another name, or is no name. */
	bool is_special = at_front &&
			  (text[0] == ':' || text[0] == '%' ||
			   (node->len <= 2 && !memcmp(text, "..", node->len)));

	for (size_t i = 0; i < node->len; i++) {
		if (text[i] == '\0' || text[i] == '/' ||
		    is_escape(text, node->len, i) || (i == 0 && is_special))
			bytes_printf(name, "%%%02X", text[i]);
		else
			bytes_append(name, text + i, 1);
	}
}

static void name_key(const struct bytes *canonical, struct bytes *name)
{
	struct etf_reader reader = etf_reader(canonical);
	uint64_t hash = 0xcbf29ce484222325;
	struct etf_node node;

	etf_read(&reader, &node);
	if (node.tag == TAG_BINARY && node.len > 0) {
		escape(&node, true, name);
	} else if (node.type == ETF_ATOM) {
		bytes_append(name, ":", 1);
		escape(&node, false, name);
	} else {
		bytes_printf(name, "%s", term_prefix);
		for (size_t i = 0; i < canonical->len; i++)
			bytes_printf(name, "%02x", canonical->data[i]);
	}
	if (name->len <= NAME_MAX)
		return;
	/*
	 * FNV-1a. Not collision-resistant: whoever writes the map can make two
	 * keys collide.
	 */
	for (size_t i = 0; i < canonical->len; i++)
		hash = (hash ^ canonical->data[i]) * 0x100000001b3;
	bytes_resize(name, 0);
	bytes_printf(name, "%%long-%016" PRIx64, hash);
}

int settings_name_of(const struct bytes *key, struct bytes *name)
{
	struct etf_reader reader = etf_reader(key);
	BYTES_LOCAL(canonical);
	BYTES_LOCAL(made);
	int err = etf_put_canonical(&canonical, &reader);

	if (err < 0)
		return err;
	name_key(&canonical, &made);
	if (made.err == 0)
		bytes_move(name, &made);
	return made.err;
}

static int parse_term(const char *hex, struct bytes *key)
{
	size_t len = strlen(hex) / 2;
	int err = bytes_resize(key, len);

	if (err < 0)
		return err;
	if (hex_decode(hex, key->data, len) < 0 || hex[2 * len])
		return fail_because(
			EINVAL,
			"\"%s\" follows %%term- in the name: two hex digits "
			"are expected for each byte of a term",
			hex);
	err = etf_check(key->data, len, NULL);
	if (err == -EBADMSG)
		return fail_because(
			EINVAL,
			"the hex digits after %%term- in the name are not "
			"a term: %s",
			fail_reason());
	return err;
}

static int parse_text(const char *name, struct bytes *key)
{
	bool is_atom = name[0] == ':';
	size_t len = strlen(name);
	BYTES_LOCAL(text);

	for (size_t i = is_atom; i < len; i++) {
		uint8_t byte = (uint8_t)name[i];

		if (is_escape((const uint8_t *)name, len, i)) {
			hex_decode(name + i + 1, &byte, 1);
			i += 2;
		}
		bytes_append(&text, &byte, 1);
	}
	bytes_fail(key, text.err);
	if (is_atom)
		return etf_put_atom(key, bytes_text(&text), text.len);
	return etf_put_binary(key, bytes_text(&text), text.len);
}

int settings_name_parse(const char *name, struct bytes *key)
{
	BYTES_LOCAL(made);
	BYTES_LOCAL(spelling);
	int err;

	if (strlen(name) > NAME_MAX)
		return fail_because(
			ENAMETOOLONG,
			"the name has %zu bytes, and at most %d are "
			"allowed in settings/: shorten it",
			strlen(name), NAME_MAX);
	if (strncmp(name, term_prefix, TERM_PREFIX_LEN) == 0)
		err = parse_term(name + TERM_PREFIX_LEN, &made);
	else
		err = parse_text(name, &made);
	if (err == 0)
		err = settings_name_of(&made, &spelling);
	if (err < 0)
		return err;
	if (strcmp(bytes_text(&spelling), name) != 0)
		return fail_because(EINVAL,
				    "\"%s\" is another spelling of the name "
				    "\"%s\": use that",
				    name, bytes_text(&spelling));
	if (key)
		bytes_move(key, &made);
	return 0;
}
