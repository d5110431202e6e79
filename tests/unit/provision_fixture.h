/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for the tests of provisioning. What fails here fails the test. */
#ifndef NK_PROVISION_FIXTURE_H
#define NK_PROVISION_FIXTURE_H

#include "golden.h"

#include "provision.h"

struct provision *new_request(enum provision_target target);

/* As one write(2); *verb changes when there is a verb in it. */
int write_once(struct provision *request, const char *text, size_t len,
	       enum provision_verb *verb);
/*
 * As an open that writes `text` in pieces and closes: 0 or the first error, and
 * the last verb.
 */
int write_pieces(struct provision *request, const char *text, size_t len,
		 size_t piece, enum provision_verb *verb);
int write_text(struct provision *request, const char *text);
/* In an open of its own; the request is empty afterwards. */
int try_text(struct provision *request, const char *text);

/* A golden file, appended. */
void append_file(struct bytes *text, const char *path);
/* A request with every kind of line, and commit. */
struct bytes whole_request(void);

#endif
