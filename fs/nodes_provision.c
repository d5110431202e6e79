/* SPDX-License-Identifier: Apache-2.0 */
/* The control files: text goes to the staged request as it comes. */
#include <fcntl.h>

#include "error.h"
#include "log.h"
#include "nodes.h"

static struct writer *writer_of(const struct place *at)
{
	return &at->fs->provision[at->node->which];
}

static int load_provision(const struct place *at, struct bytes *content)
{
	return nerveskey_provision_show(at->fs->key, at->node->which, content);
}

static int put_provision(const struct place *at, const uint8_t *data,
			 size_t len, off_t offset)
{
	(void)offset;
	writer_wrote(writer_of(at));
	return nerveskey_provision_write(at->fs->key, at->node->which,
					 at->uid == 0 && at->opener == 0,
					 (const char *)data, len);
}

static int opened_provision(struct place *at, int flags)
{
	if ((flags & O_ACCMODE) == O_RDONLY)
		return 0;
	return writer_enter(writer_of(at));
}

static void flushed_provision(const struct place *at, int flags)
{
	if ((flags & O_ACCMODE) != O_RDONLY)
		writer_flushed(writer_of(at));
}

/* Nobody sees the errors of close(2): the log and `status` do. */
static void closed_provision(const struct place *at, int flags)
{
	if ((flags & O_ACCMODE) == O_RDONLY)
		return;
	if (nerveskey_provision_end(at->fs->key, at->node->which) < 0)
		log_write(LOG_LEVEL_WARNING, "%s: %s", at->node->path + 1,
			  fail_reason());
	writer_leave(writer_of(at));
}

/* clang-format off */
#define PROVISION(needs_, path_, which_)                                      \
	{ .path = path_, .mode = S_IFREG | 0600, .which = which_,             \
	  .needs = needs_, .load = load_provision, .put = put_provision,      \
	  .opened = opened_provision, .flushed = flushed_provision,           \
	  .closed = closed_provision }

static const struct node rows[] = {
	PROVISION(0, "/provision", NERVESKEY_PROVISION),
	PROVISION(1u << NERVESKEY_HAS_AUX, "/aux/provision",
		  NERVESKEY_PROVISION_AUX),
};
/* clang-format on */

const struct node_rows provision_nodes = { rows, sizeof(rows) / sizeof(*rows) };
