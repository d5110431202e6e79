/* SPDX-License-Identifier: Apache-2.0 */
/* The control files of provisioning. */
#ifndef NK_PROVISION_FILES_H
#define NK_PROVISION_FILES_H

#include "bytes.h"

struct nerveskey;

/*
 * Text for the provision files: staged, and acted on as its lines come. What is
 * staged outlives the open file, so a request may come in many opens. `by_root`:
 * root has opened the file and writes to it. A program of root that somebody
 * has made to write into a file of his choice is not enough: what the line
 * names is opened as root.
 */
enum nerveskey_provision { NERVESKEY_PROVISION, NERVESKEY_PROVISION_AUX };
int nerveskey_provision_write(struct nerveskey *key,
			      enum nerveskey_provision which, bool by_root,
			      const char *text, size_t len);
/*
 * The writer has closed, or was killed. -EINVAL in the middle of a line: nothing
 * more counts before a reset.
 */
int nerveskey_provision_end(struct nerveskey *key,
			    enum nerveskey_provision which);
/* What is staged, what is missing, how far the chip is. */
int nerveskey_provision_show(struct nerveskey *key,
			     enum nerveskey_provision which,
			     struct bytes *text);

/*
 * Forget staged keys that are due. Seconds until it is to be called again; 0:
 * there are none.
 */
unsigned int nerveskey_expire(struct nerveskey *key);
/* A commit has done so many of its steps; 0 of 0: none runs. */
void nerveskey_note_step(struct nerveskey *key, unsigned int step,
			 unsigned int steps);

/* One of these files; appended. */
int provision_file_text(struct nerveskey *key, enum nerveskey_provision which,
			struct bytes *text);

#endif
