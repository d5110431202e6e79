/* SPDX-License-Identifier: Apache-2.0 */
/* The file operations that FUSE asks for. They know no file by name. */
#ifndef NK_OPS_H
#define NK_OPS_H

#include <fuse.h>

/* Its private data is a struct fs. */
extern const struct fuse_operations ops;

#endif
