/* SPDX-License-Identifier: Apache-2.0 */
/* slots/: free slots of the chip, which have a fixed size. */
#include <errno.h>

#include "error.h"
#include "free_slots.h"
#include "nerveskey.h"
#include "nodes.h"

static bool slot_exists(const struct view *view, const struct node *node,
			unsigned int slot)
{
	return view->key->slots >> slot & 1;
}

static int load_slot(struct chip *chip, struct request *request)
{
	return nerveskey_slot_read(chip->key, request->param, &request->reply);
}

static int put_slot(struct chip *chip, struct request *request)
{
	if (request->offset > NERVESKEY_SLOT_SIZE ||
	    request->data.len > NERVESKEY_SLOT_SIZE - (size_t)request->offset)
		return fail_because(
			EFBIG,
			"a slot has %d bytes, and the write would end "
			"at byte %lld",
			NERVESKEY_SLOT_SIZE,
			(long long)request->offset +
				(long long)request->data.len);
	return nerveskey_slot_put(chip->key, request->param,
				  (size_t)request->offset, request->data.data,
				  request->data.len);
}

static int resize_slot(struct chip *chip, struct request *request)
{
	if (request->offset == NERVESKEY_SLOT_SIZE)
		return 0;
	return fail_because(request->offset > NERVESKEY_SLOT_SIZE ? EFBIG
								  : EINVAL,
			    "a slot always has %d bytes, so its size cannot "
			    "become %lld",
			    NERVESKEY_SLOT_SIZE, (long long)request->offset);
}

/* `which` has a bit for each slot of that size. */
static bool is_readable(const struct view *view, const struct node *node,
			unsigned int slot)
{
	return (view->key->readable & node->which) >> slot & 1;
}

/* clang-format off */
#define READABLE(slots, size_)                                                \
	{ .path = "/slots/#", .mode = S_IFREG | 0440, .exists = is_readable,  \
	  .which = slots, .size = size_, .load = load_slot }

static const struct node rows[] = {
	{ .path = "/slots", .mode = S_IFDIR | 0770,
	  .needs = 1u << NERVESKEY_HAS_SLOTS },
	{ .path = "/slots/#", .mode = S_IFREG | 0660, .exists = slot_exists,
	  .size = NERVESKEY_SLOT_SIZE, .load = load_slot, .put = put_slot,
	  .resize = resize_slot },
	READABLE(0x00ff, NERVESKEY_SLOT_SIZE),
	READABLE(0x0100, NERVESKEY_SLOT_8_SIZE),
	READABLE(0xfe00, NERVESKEY_SLOT_9_SIZE),
};
/* clang-format on */

const struct node_rows slot_nodes = { rows, sizeof(rows) / sizeof(*rows) };
