/* SPDX-License-Identifier: Apache-2.0 */
/* The control files of provisioning. */
#include "nodes.h"

#include "provision_files.h"

/* The time of a whole commit with the slowest commands. */
#define COMMIT_MS 60000

static struct content *known_provision(const struct view *view,
				       const struct node *node,
				       unsigned int param)
{
	(void)param;
	return view->key->provision[node->which];
}

static int put_provision(struct chip *chip, struct request *request)
{
	return nerveskey_provision_write(
		chip->key, request->node->which, request->by_root,
		bytes_text(&request->data), request->data.len);
}

/* A program does not see this error of close(2). The log and `status` show it. */
static int close_provision(struct chip *chip, struct request *request)
{
	return nerveskey_provision_end(chip->key, request->node->which);
}

/* clang-format off */
#define PROVISION(needs_, path_, which_)                                      \
	{ .path = path_, .mode = S_IFREG | 0600, .which = which_,             \
	  .needs = needs_, .known = known_provision, .is_volatile = true,     \
	  .is_old = look_is_due, .renew = look_again, .put = put_provision,   \
	  .put_ms = COMMIT_MS, .close = close_provision, .one_writer = true }

static const struct node rows[] = {
	PROVISION(0, "/provision", NERVESKEY_PROVISION),
	PROVISION(1u << NERVESKEY_HAS_AUX, "/aux/provision",
		  NERVESKEY_PROVISION_AUX),
};
/* clang-format on */

const struct node_rows provision_nodes = { rows, sizeof(rows) / sizeof(*rows) };
