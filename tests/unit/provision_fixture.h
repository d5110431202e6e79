/* SPDX-License-Identifier: Apache-2.0 */
/* Provisioning requests. A helper that fails ends the test as failed. */
#pragma once

#include "golden.h"

#include "provision.h"

struct provision *new_request(enum provision_target target);

/* Feed `text` as one write(2). Sets *verb if there is a verb in it. */
int write_once(struct provision *request, const char *text, size_t len,
	       enum provision_verb *verb);
/*
 * Feed `text` in pieces, as one open does, then close. 0 or the first error.
 * Sets *verb to the last verb.
 */
int write_pieces(struct provision *request, const char *text, size_t len,
		 size_t piece, enum provision_verb *verb);
int write_text(struct provision *request, const char *text);
/* Feed `text` in an open of its own. The request is empty afterwards. */
int try_text(struct provision *request, const char *text);

/* Appends a golden file to `text`. */
void append_file(struct bytes *text, const char *path);
/* A request with every kind of line, and commit. */
struct bytes whole_request(void);
