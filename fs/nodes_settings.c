/* SPDX-License-Identifier: Apache-2.0 */
/* settings/ and settings.etf: the map as files and as a whole. */
#include <errno.h>

#include "error.h"
#include "nodes.h"

/* The time of an update and of finishing an interrupted one. */
#define UPDATE_MS 15000

static bool settings_are_old(const struct view *view)
{
	uint64_t now = now_ms();

	return now - view->settings_ms >= BELIEVED_MS &&
	       now >= view->key->look_ms;
}

/* The front takes the map from what is published then. */
static int load_settings(struct chip *chip, struct request *request)
{
	(void)request;
	return settings_dir_refresh(chip->settings);
}

/* A process that looks up a name may have meant the chip before. */
static int find_setting(struct chip *chip, struct request *request)
{
	(void)request;
	return settings_dir_find(chip->settings);
}

static int open_setting(struct chip *chip, struct request *request)
{
	struct setting_open *open;
	int err;

	err = settings_dir_open(chip->settings, request->name, request->flags,
				&open);
	if (err < 0)
		return err;
	request->open = open;
	err = setting_open_read(open, &request->reply, &request->file);
	if (err < 0)
		settings_dir_give_up(chip->settings, open);
	return err;
}

static int close_setting(struct chip *chip, struct request *request)
{
	return settings_dir_close(chip->settings, request->open);
}

static int put_setting(struct chip *chip, struct request *request)
{
	int err = settings_dir_write(chip->settings, request->open,
				     &request->data, request->offset);

	/* A handle that can write reads the new content. */
	return err < 0 ? err
		       : setting_open_read(request->open, &request->reply,
					   &request->file);
}

static int resize_setting(struct chip *chip, struct request *request)
{
	int err = settings_dir_resize(chip->settings, request->name,
				      request->open, request->offset);

	if (err < 0 || !request->open)
		return err;
	return setting_open_read(request->open, &request->reply,
				 &request->file);
}

static int settle_setting(struct chip *chip, struct request *request)
{
	return settings_dir_settle(chip->settings, request->name,
				   request->open);
}

static int remove_setting(struct chip *chip, struct request *request)
{
	return settings_dir_remove(chip->settings, request->name);
}

static int rename_setting(struct chip *chip, struct request *request)
{
	return settings_dir_rename(chip->settings, request->name,
				   request->target,
				   (unsigned int)request->flags);
}

static int set_type(struct chip *chip, struct request *request)
{
	return settings_dir_set_type(chip->settings, request->name,
				     bytes_text(&request->data));
}

static struct content *known_map(const struct view *view,
				 const struct node *node, unsigned int param)
{
	(void)node;
	(void)param;
	return view->etf;
}

static int put_map(struct chip *chip, struct request *request)
{
	if (request->offset != 0)
		return fail_because(EINVAL,
				    "settings.etf is replaced by one write at "
				    "offset 0, and this one is at offset %lld: "
				    "write the whole map at once",
				    (long long)request->offset);
	return settings_dir_replace(chip->settings, &request->data);
}

static const struct node setting = {
	.path = "/settings/",
	.mode = S_IFREG | 0660,
	.is_old = settings_are_old,
	.renew = load_settings,
	.load = load_settings,
	.put = put_setting,
	.put_ms = UPDATE_MS,
	.open = open_setting,
	.close = close_setting,
	.resize = resize_setting,
	.settle = settle_setting,
	.set_type = set_type,
	.is_volatile = true,
	.takes_attributes = true,
};

static const struct directory directory = {
	.child = &setting,
	.load = load_settings,
	.find = find_setting,
	.remove = remove_setting,
	.rename = rename_setting,
};

static const struct node rows[] = {
	{ .path = "/settings",
	  .mode = S_IFDIR | 0770,
	  .directory = &directory },
	{ .path = "/settings.etf",
	  .mode = S_IFREG | 0660,
	  .known = known_map,
	  .load = load_settings,
	  .is_old = settings_are_old,
	  .renew = load_settings,
	  .put = put_map,
	  .put_ms = UPDATE_MS,
	  .is_volatile = true },
};

const struct node_rows settings_nodes = { rows, sizeof(rows) / sizeof(*rows) };
