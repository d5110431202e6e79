/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of the chip, through the cache. */
#pragma once

#include <stdbool.h>

struct content;
struct nerveskey;
struct settings_place;

/*
 * Set *etf to the map of the chip as an external term: nerveskey_settings() to
 * one that is at most a second old, the other one to what the cache has, without
 * a session. It is borrowed. -ENODATA: the chip has no place for a map yet.
 * -EUCLEAN: what it holds is not a map.
 */
int nerveskey_settings(struct nerveskey *key, struct content **etf);
int nerveskey_settings_known(struct nerveskey *key, struct content **etf);
/*
 * Write a map, as settings_encode() makes it, to the chip in one update. The
 * caller has made it of what one of the functions above returned in this request.
 * If the chip holds another map by now, this returns -EREMCHG, and the request is
 * run once more. -ENOSPC: it does not fit. Content of the chip that is not a map
 * (-EUCLEAN) is replaced.
 */
int nerveskey_settings_write(struct nerveskey *key, struct content *etf);

/* The chip has settings that were not read since its zones were. */
bool chip_settings_are_lacking(const struct nerveskey *key);
/*
 * Read them if they are lacking, and finish an interrupted update. Needs a
 * session. 0 also if they are not a map: nerveskey_settings() then returns
 * -EUCLEAN.
 */
int chip_settings_make_known(struct nerveskey *key);
/* Move `etf` to the cache; NULL with an error. Needs a session. */
void chip_settings_keep(struct nerveskey *key, struct content *etf, int error);
struct settings_place chip_settings_place(const struct nerveskey *key);
