/* SPDX-License-Identifier: Apache-2.0 */
/* slots/: the EEPROM that nobody else uses, fixed in size like the chip's. */
#include <errno.h>
#include <string.h>

#include "error.h"
#include "nodes.h"

#define SLOT_FIRST '1'
#define SLOT_LAST  '4'

static unsigned int slot_number(const struct place *at)
{
	return (unsigned int)(at->name[0] - '0');
}

static int load_slot(const struct place *at, struct bytes *content)
{
	uint8_t data[NERVESKEY_SLOT_SIZE];
	int err;

	err = nerveskey_slot_get(at->fs->key, slot_number(at), data);
	return err < 0 ? err : bytes_set(content, data, sizeof(data));
}

static int stat_slot(const struct place *at, struct stat *st)
{
	(void)at;
	st->st_size = NERVESKEY_SLOT_SIZE;
	return 0;
}

static int put_slot(const struct place *at, const uint8_t *data, size_t len,
		    off_t offset)
{
	if (offset > NERVESKEY_SLOT_SIZE ||
	    len > NERVESKEY_SLOT_SIZE - (size_t)offset)
		return fail_because(EFBIG, "a slot has %d bytes",
				    NERVESKEY_SLOT_SIZE);
	return nerveskey_slot_put(at->fs->key, slot_number(at), (size_t)offset,
				  data, len);
}

static int resize_slot(const struct place *at, off_t size)
{
	(void)at;
	if (size == NERVESKEY_SLOT_SIZE)
		return 0;
	return fail_because(size > NERVESKEY_SLOT_SIZE ? EFBIG : EINVAL,
			    "a slot always has %d bytes", NERVESKEY_SLOT_SIZE);
}

static const struct node slot = {
	.path = "/slots/",
	.mode = S_IFREG | 0660,
	.load = load_slot,
	.live = true,
	.stat = stat_slot,
	.put = put_slot,
	.resize = resize_slot,
};

static int lookup_slot(struct fs *fs, const char *name,
		       const struct node **child)
{
	if (name[0] < SLOT_FIRST || name[0] > SLOT_LAST || name[1] != '\0' ||
	    !nerveskey_slot_is_free(fs->key, (unsigned int)(name[0] - '0')))
		return -ENOENT;
	*child = &slot;
	return 0;
}

static int list_slots(struct fs *fs, node_each each, void *context)
{
	const struct node *child;
	int ret = 0;

	for (char c = SLOT_FIRST; c <= SLOT_LAST && ret == 0; c++) {
		const char name[] = { c, '\0' };

		if (lookup_slot(fs, name, &child) == 0)
			ret = each(context, name);
	}
	return ret;
}

static const struct directory directory = {
	.lookup = lookup_slot,
	.list = list_slots,
};

static const struct node rows[] = {
	{ .path = "/slots",
	  .mode = S_IFDIR | 0770,
	  .needs = 1u << NERVESKEY_HAS_SLOTS,
	  .directory = &directory },
};

const struct node_rows slot_nodes = { rows, sizeof(rows) / sizeof(*rows) };
