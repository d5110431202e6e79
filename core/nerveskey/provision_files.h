/* SPDX-License-Identifier: Apache-2.0 */
/* The control files of provisioning. */
#pragma once

#include "bytes.h"

struct nerveskey;

/*
 * Stage text that was written to a provision file, and act on its verbs. Staged
 * lines outlive the open file, so a request may come in many opens. `by_root`:
 * root has opened the file and also writes to it. Both are needed, because the
 * daemon opens the files that a line names as root: another user could open the
 * file and make a program of root write to it.
 */
enum nerveskey_provision { NERVESKEY_PROVISION, NERVESKEY_PROVISION_AUX };
int nerveskey_provision_write(struct nerveskey *key,
			      enum nerveskey_provision which, bool by_root,
			      const char *text, size_t len);
/*
 * Tell that the writer has closed the file or was killed. -EINVAL: that was
 * inside a line, so everything is refused until "reset".
 */
int nerveskey_provision_end(struct nerveskey *key,
			    enum nerveskey_provision which);

/*
 * Wipe staged keys that have expired. Returns the seconds after which to call it
 * again; 0: no keys are staged.
 */
unsigned int nerveskey_expire(struct nerveskey *key);
/* Note that a commit has done `step` of `steps`; 0 of 0: no commit runs. */
void nerveskey_note_step(struct nerveskey *key, unsigned int step,
			 unsigned int steps);

/* Appends what is staged, what is missing, and the chip's state to `text`. */
int provision_file_text(struct nerveskey *key, enum nerveskey_provision which,
			struct bytes *text);
/* Appends the step of a running commit to `text`. */
void step_text(const struct nerveskey *key, struct bytes *text);
