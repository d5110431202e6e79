/* SPDX-License-Identifier: Apache-2.0 */
/* settings/ and settings.etf: the same map, in parts and whole. */
#include <errno.h>
#include <fcntl.h>

#include "error.h"
#include "nodes.h"

static int opened_setting(struct place *at, int flags)
{
	struct setting_open *open;
	int err;

	err = settings_files_open(at->fs->settings, at->name, flags, &open);
	if (err == 0)
		at->open = open;
	return err;
}

static void closed_setting(const struct place *at, int flags)
{
	(void)flags;
	settings_files_close(at->fs->settings, at->open);
}

static int load_setting(const struct place *at, struct bytes *content)
{
	return settings_files_read(at->fs->settings, at->name, at->open,
				   content);
}

static int stat_setting(const struct place *at, struct stat *st)
{
	return settings_files_stat(at->fs->settings, at->name, at->open,
				   &st->st_size, &st->st_mtim);
}

static int put_setting(const struct place *at, const uint8_t *data, size_t len,
		       off_t offset)
{
	return settings_files_write(at->fs->settings, at->open, data, len,
				    offset);
}

static int resize_setting(const struct place *at, off_t size)
{
	return settings_files_resize(at->fs->settings, at->name, at->open,
				     size);
}

static int settle_setting(const struct place *at)
{
	return settings_files_settle(at->fs->settings, at->name, at->open);
}

static int get_type(const struct place *at, const char **type)
{
	return settings_files_type(at->fs->settings, at->name, at->open, type);
}

static int set_type(const struct place *at, const char *type)
{
	return settings_files_set_type(at->fs->settings, at->name, at->open,
				       type);
}

static const struct attribute type_attribute = {
	.name = "user.nerveskey.type",
	.get = get_type,
	.set = set_type,
};

static const struct node setting = {
	.path = "/settings/",
	.mode = S_IFREG | 0660,
	.stat = stat_setting,
	.load = load_setting,
	.live = true,
	.put = put_setting,
	.resize = resize_setting,
	.settle = settle_setting,
	.opened = opened_setting,
	.closed = closed_setting,
	.attribute = &type_attribute,
	.takes_attributes = true,
};

static int lookup_setting(struct fs *fs, const char *name,
			  const struct node **child)
{
	(void)fs;
	(void)name;
	*child = &setting;
	return 0;
}

static int list_settings(struct fs *fs, node_each each, void *context)
{
	return settings_files_list(fs->settings, each, context);
}

static int remove_setting(struct fs *fs, const char *name)
{
	return settings_files_remove(fs->settings, name);
}

static int rename_setting(struct fs *fs, const char *from, const char *to,
			  unsigned int flags)
{
	return settings_files_rename(fs->settings, from, to, flags);
}

static int load_map(const struct place *at, struct bytes *content)
{
	return nerveskey_settings_etf(at->fs->key, content);
}

static int stat_map(const struct place *at, struct stat *st)
{
	ssize_t size = nerveskey_settings_size(at->fs->key);

	st->st_size = size < 0 ? 0 : size;
	return 0;
}

static int put_map(const struct place *at, const uint8_t *data, size_t len,
		   off_t offset)
{
	struct bytes etf = BYTES_INIT;
	int err;

	if (offset != 0)
		return fail_because(EINVAL, "the map is replaced by one write "
					    "at its start");
	err = bytes_set(&etf, data, len);
	if (err == 0)
		err = settings_files_replace(at->fs->settings, &etf);
	bytes_free(&etf);
	return err;
}

static const struct directory directory = {
	.lookup = lookup_setting,
	.list = list_settings,
	.remove = remove_setting,
	.rename = rename_setting,
};

static const struct node rows[] = {
	{ .path = "/settings",
	  .mode = S_IFDIR | 0770,
	  .directory = &directory },
	{ .path = "/settings.etf",
	  .mode = S_IFREG | 0660,
	  .load = load_map,
	  .live = true,
	  .stat = stat_map,
	  .put = put_map },
};

const struct node_rows settings_nodes = { rows, sizeof(rows) / sizeof(*rows) };
