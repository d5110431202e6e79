/* SPDX-License-Identifier: Apache-2.0 */
/* slots/: free slots of the chip, which have a fixed size. */
#include <errno.h>

#include "error.h"
#include "free_slots.h"
#include "nerveskey.h"
#include "nodes.h"

static bool slot_exists(const struct view *view, unsigned int slot)
{
	return slot < 32 && view->key->slots >> slot & 1;
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
	(void)chip;
	if (request->offset == NERVESKEY_SLOT_SIZE)
		return 0;
	return fail_because(request->offset > NERVESKEY_SLOT_SIZE ? EFBIG
								  : EINVAL,
			    "a slot always has %d bytes, so its size cannot "
			    "become %lld",
			    NERVESKEY_SLOT_SIZE, (long long)request->offset);
}

static bool is_readable(const struct view *view, unsigned int slot)
{
	return slot < NERVESKEY_SLOTS && view->key->readable >> slot & 1;
}

static bool small_exists(const struct view *view, unsigned int slot)
{
	return slot < 8 && is_readable(view, slot);
}

static bool slot_8_exists(const struct view *view, unsigned int slot)
{
	return slot == 8 && is_readable(view, slot);
}

static bool slot_9_exists(const struct view *view, unsigned int slot)
{
	return slot > 8 && is_readable(view, slot);
}

#define READABLE(exists_, size_)                                               \
	{                                                                      \
		.path = "/slots/#", .mode = S_IFREG | 0440, .exists = exists_, \
		.size = size_, .load = load_slot                               \
	}

static const struct node rows[] = {
	{ .path = "/slots",
	  .mode = S_IFDIR | 0770,
	  .needs = 1u << NERVESKEY_HAS_SLOTS },
	{ .path = "/slots/#",
	  .mode = S_IFREG | 0660,
	  .exists = slot_exists,
	  .size = NERVESKEY_SLOT_SIZE,
	  .load = load_slot,
	  .put = put_slot,
	  .resize = resize_slot },
	READABLE(small_exists, NERVESKEY_SLOT_SIZE),
	READABLE(slot_8_exists, NERVESKEY_SLOT_8_SIZE),
	READABLE(slot_9_exists, NERVESKEY_SLOT_9_SIZE),
};

const struct node_rows slot_nodes = { rows, sizeof(rows) / sizeof(*rows) };
