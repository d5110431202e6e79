/* SPDX-License-Identifier: Apache-2.0 */
/* Who keeps a device or a file that is in use. */
#ifndef NK_HOLDER_H
#define NK_HOLDER_H

#include <stddef.h>

#define HOLDER_TEXT 256
#define HOLDER_ANY  (-1) /* place: any lock on the whole file */

/*
 * Sets `text` to who holds a lock on `path`, at byte `place` of it: "process 812
 * (nerveskeyfs), mounted at /mnt/nerveskey"; or, where /proc does not show it,
 * "another process, which cannot be seen from here".
 */
void holder_describe(const char *path, long place,
		     char text[static HOLDER_TEXT]);

#endif
