/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings as files show them: one Erlang map in slots 8, 7, 6 and 5 (524
 * bytes), or in slot 8 alone (416 bytes) on a Trust&Go part.
 *
 * A `struct settings` is a value in memory, which settings_decode() makes from
 * the bytes of the space. Nothing here touches a chip or a file. An unchanged key
 * keeps its exact term and its place; a new key comes last.
 */
#pragma once

#include "bytes.h"

struct settings;

#define SETTINGS_SPACE_MAX	    524
#define SETTINGS_SPACE_TRUST_AND_GO 416

/* Sets *settings to a new, empty map; the caller frees it. -ENOMEM. */
int settings_new(struct settings **settings);
int settings_clone(const struct settings *from, struct settings **settings);
void settings_free(struct settings *settings);
/*
 * Move the names that `like` has to the front, in its order. A map that was
 * renamed back and forth then differs in few blocks from the one on the chip.
 */
void settings_arrange(struct settings *settings, const struct settings *like);

/*
 * Whether the space has an empty map. Only its first unit counts: an interrupted
 * update of an empty map may have left data behind it.
 */
bool settings_is_blank(const uint8_t *space, size_t len);
/*
 * Sets *settings to the map in the space; bytes behind the term are ignored. The
 * caller frees it. -EUCLEAN: the space holds no map that can be read.
 */
int settings_decode(const uint8_t *space, size_t len,
		    struct settings **settings);
/*
 * Appends the external term (131, 116, ...), compressed when the decoded one was
 * and when that is shorter. What settings_decode() would refuse is refused:
 * -ENOSPC: it is too long to be unpacked; -EINVAL: too deep.
 */
int settings_encode(const struct settings *settings, struct bytes *etf);

/* The file name (settings_text.h) of key `i` in the order of the map, or NULL. */
const char *settings_name(const struct settings *settings, size_t i);

/* Appends the value as its file shows it. -ENOENT. */
int settings_get(const struct settings *settings, const char *name,
		 struct bytes *text);
/*
 * Set a value from the text of its file. An existing value keeps its type, a
 * new one is a binary. -EINVAL: `name` cannot be a key's, or the text does not
 * parse; -ENAMETOOLONG; -EFBIG.
 */
int settings_put(struct settings *settings, const char *name,
		 const struct bytes *text);
int settings_remove(struct settings *settings, const char *name); /* -ENOENT */
/*
 * Give the value to the name `to`, which keeps its place if it exists, else takes
 * that of `from`. -ENOENT; -EINVAL, -ENAMETOOLONG: `to` cannot be a key's.
 */
int settings_rename(struct settings *settings, const char *from,
		    const char *to);
/* Exchange two values. -ENOENT: one does not exist. */
int settings_exchange(struct settings *settings, const char *a, const char *b);
/* The type of a value, as value_type() names it; NULL: there is no such key. */
const char *settings_type(const struct settings *settings, const char *name);
/* Parse a value's text as another type. -ENOENT, -EINVAL, -EFBIG. */
int settings_set_type(struct settings *settings, const char *name,
		      const char *type);
