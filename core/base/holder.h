/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the process that holds a lock on a device or a file. */
#pragma once

#include <stddef.h>

#define HOLDER_TEXT 256
#define HOLDER_ANY  (-1) /* place: any lock on the whole file */

/*
 * Sets `text` to a description of the process that holds a lock on byte `place`
 * of `path`: "process 812 (nerveskeyfs), mounted at /mnt/nerveskey". When /proc
 * does not show the process, the text says that it cannot be seen.
 */
void holder_describe(const char *path, long place,
		     char text[static HOLDER_TEXT]);

/*
 * Returns -EBUSY, with a sentence on who has locked the file of a simulated
 * chip. `spec` is FILE[,option=value...].
 */
int holder_refuse(const char *spec);
