/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings: one Erlang map in slots 8, 7, 6 and 5 (524 bytes), or in slot
 * 8 alone (416 bytes) on a Trust&Go part, as files see it.
 *
 * A `struct settings` is a value: decoded from the space's bytes, changed in
 * memory by the functions here, which touch no chip and no file, then written
 * by settings_save() as ONE chip update. A key that is not touched keeps its
 * exact term and its place; a new key comes last.
 */
#ifndef NK_SETTINGS_H
#define NK_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

struct settings;

#define SETTINGS_SPACE_MAX	    524
#define SETTINGS_SPACE_TRUST_AND_GO 416

/* An empty map. -ENOMEM. */
int settings_new(struct settings **settings);
int settings_clone(const struct settings *from, struct settings **settings);
void settings_free(struct settings *settings);
/* The same names with the same values, in whatever order. */
bool settings_equal(const struct settings *a, const struct settings *b);
/*
 * Put the names that `like` has first, in its order, and leave the rest behind
 * them in their own: a map that was changed by way of other names then differs
 * in as few blocks as can be from the one that the chip holds.
 */
void settings_arrange(struct settings *settings, const struct settings *like);

/*
 * From the bytes of the space. One that begins with 32 bytes 00 or FF is an
 * empty map; bytes after the term are not looked at. -EUCLEAN when it is no map we can
 * read (with the reason and the offset).
 */
int settings_decode(const uint8_t *space, size_t len,
		    struct settings **settings);
/*
 * Appends the external term (131, 116, ...), compressed when it came so and that
 * is shorter. -ENOSPC: such a map has more bytes than settings_decode() unpacks.
 */
int settings_encode(const struct settings *settings, struct bytes *etf);

/*
 * File names of the keys, in the order of the map: see settings_names.h. The
 * callback ends the walk by returning non-zero, which is returned.
 */
int settings_each(const struct settings *settings,
		  int (*each)(void *context, const char *name), void *context);

/* The value as a file shows it, appended. -ENOENT. */
int settings_get(const struct settings *settings, const char *name,
		 struct bytes *text);
/*
 * A value from what was written to its file; the type of an existing value is
 * kept. -EINVAL: not a settings name, or the text does not parse as the type;
 * -ENAMETOOLONG.
 */
int settings_put(struct settings *settings, const char *name,
		 const struct bytes *text);
/* Whether a name could be a key: 0, -EINVAL, -ENAMETOOLONG. */
int settings_name_check(const char *name);
int settings_remove(struct settings *settings, const char *name); /* -ENOENT */
/* The key and its exact value from another map, where it is not yet. -ENOENT. */
int settings_copy(struct settings *settings, const struct settings *from,
		  const char *name);
/*
 * The value goes to another name. A name that is there keeps its place and
 * loses its value; a new one takes the place of the old.
 * `flags` of renameat2(2): 0, RENAME_NOREPLACE (-EEXIST), RENAME_EXCHANGE (-ENOENT).
 */
int settings_rename(struct settings *settings, const char *from, const char *to,
		    unsigned int flags);
/* "binary", "atom", "integer", "float", "list", "tuple", "map", ...; NULL when there is no such key. */
const char *settings_type(const struct settings *settings, const char *name);
/* Convert the value to a type by way of its text. -ENOENT, -EINVAL. */
int settings_set_type(struct settings *settings, const char *name,
		      const char *type);

#endif
