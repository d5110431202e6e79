/* SPDX-License-Identifier: Apache-2.0 */
#include "front_activities.h"

#include "golden.h"

#include <errno.h>
#include <string.h>
#include <linux/fs.h>

#include "fake_kernel.h"
#include "front_calls.h"

static fuse_ino_t settings; /* the directory, while it is known */

/* Each of these is what a program does with one file; the first error ends it. */

static int sign(void)
{
	int err = look_up(FUSE_ROOT_ID, "sign");

	if (!err)
		err = open_node(O_RDWR);
	if (!err)
		err = write_text("0123456789abcdef0123456789abcdef");
	if (!err)
		err = read_by(true, 64);
	return err ? err : read_by(false, 96);
}

/* The reply of one open is read by the next. */
static int sign_and_reopen(void)
{
	int err = look_up(FUSE_ROOT_ID, "sign");

	if (!err)
		err = open_node(O_WRONLY);
	if (!err)
		err = write_text("0123456789abcdef0123456789abcdef");
	if (!err)
		err = open_node(O_RDONLY);
	return err ? err : read_by(true, 64);
}

static int get_signature(void)
{
	const char *name = "0123456789abcdef0123456789abcdef"
			   "0123456789abcdef0123456789abcdef.raw";
	int err = look_up(FUSE_ROOT_ID, "signatures");

	if (!err)
		err = list(kernel_node());
	if (!err)
		err = look_up(kernel_node(), name);
	if (!err)
		err = open_node(O_RDONLY);
	return err ? err : read_by(true, 64);
}

static int get_random(void)
{
	int err = look_up(FUSE_ROOT_ID, "random");

	if (!err)
		err = open_node(O_RDONLY);
	return err ? err : read_by(true, 1024);
}

/* After ESTALE the kernel looks the name up again, once. */
static int get_item(const char *name)
{
	int err = ESTALE;

	for (int tries = 0; err == ESTALE && tries < 2; tries++) {
		err = look_up(FUSE_ROOT_ID, name);
		if (!err)
			err = look_at_size();
		if (!err)
			err = open_node(O_RDONLY);
	}
	return err;
}

static int get_status(void)
{
	int err = get_item("status");

	return err ? err : get_item("metrics");
}

static int get_certificate(void)
{
	int err = get_item("chain.pem");

	return err ? err : list(FUSE_ROOT_ID);
}

static int get_map(void)
{
	return get_item("settings.etf");
}

static int find_settings(void)
{
	int err = look_up(FUSE_ROOT_ID, "settings");

	settings = kernel_node();
	return err;
}

static int open_setting(const char *name, int flags)
{
	int err = look_up(settings, name);

	return err ? err : open_node(flags);
}

static int do_step(const struct step *step)
{
	static const char zeros[70000];
	const unsigned int number = (unsigned int)step->number;

	switch (step->does) {
	case STEP_CREATE:
		return create(settings, step->name, step->number);
	case STEP_OPEN:
		return open_setting(step->name, step->number);
	case STEP_WRITE:
		return write_at(step->name, strlen(step->name), step->number);
	case STEP_FILL:
		return write_at(zeros, number, 0);
	case STEP_READ:
		return read_by(true, number);
	case STEP_RESIZE:
	case STEP_SHAPE:
		return resize_node(step->does == STEP_RESIZE, step->number);
	case STEP_TYPE:
		return set_type(step->to);
	case STEP_RENAME:
		return rename_in(settings, step->name, step->to, number);
	case STEP_REMOVE:
		return remove_in(settings, step->name);
	}
	return EINVAL;
}

/* The first error that a step must not return ends it. */
static int take_steps(const struct step *steps, size_t count)
{
	int err = find_settings();

	for (size_t i = 0; i < count && !err; i++) {
		err = do_step(&steps[i]);
		if (steps[i].err && !err)
			err = EPROTO;
		else if (err == steps[i].err)
			err = 0;
	}
	return err;
}

#define STEP(does_, ...)                          \
	{                                         \
		.does = STEP_##does_, __VA_ARGS__ \
	}
#define STEPS(...)                                                \
	take_steps((const struct step[]){ __VA_ARGS__ },          \
		   sizeof((const struct step[]){ __VA_ARGS__ }) / \
			   sizeof(struct step))

static int edit_setting(void)
{
	int err = STEPS(STEP(CREATE, .name = "a"), STEP(WRITE, .name = "first"),
			STEP(READ, .number = 5), STEP(RESIZE, .number = 0),
			STEP(WRITE, .name = "second"));

	return err ? err : store();
}

/* A removed file is only in its handle, which reads what was written to it. */
static int edit_removed(void)
{
	int err = edit_setting();

	return err ? err
		   : STEPS(STEP(OPEN, .name = "a", .number = O_RDWR),
			   STEP(REMOVE, .name = "a"), STEP(READ, .number = 6),
			   STEP(WRITE, .name = "more text"),
			   STEP(READ, .number = 9), STEP(RESIZE, .number = 0),
			   STEP(READ, .number = 0));
}

/* The old node of another content is first stale, then shows the new one. */
static int reopen_map(void)
{
	int err = get_map();
	const fuse_ino_t map = kernel_node();

	if (!err)
		err = edit_setting();
	if (!err)
		err = open_at(map, O_RDONLY);
	return err == ESTALE ? open_at(map, O_RDONLY) : err;
}

static int move_setting(void)
{
	int err = edit_setting();

	if (!err)
		err = STEPS(STEP(RENAME, .name = "a", .to = "b"),
			    STEP(OPEN, .name = "b"));
	if (!err)
		err = touch();
	if (!err)
		err = look_at_size();
	return err ? err : remove_in(settings, "b");
}

static int type_setting(void)
{
	int err = edit_setting();

	if (!err)
		err = STEPS(STEP(OPEN, .name = "a"), STEP(TYPE, .to = "atom"));
	if (!err)
		err = get_type();
	return err ? err
		   : STEPS(STEP(OPEN, .name = "a"), STEP(READ, .number = 6),
			   STEP(SHAPE, .number = 0));
}

/* With a backup that becomes a key in the end. */
static int edit_as_vim(void)
{
	return STEPS(STEP(CREATE, .name = "a"), STEP(WRITE, .name = "1"),
		     STEP(TYPE, .to = "integer"),
		     STEP(RENAME, .name = "a", .to = "a~"),
		     STEP(CREATE, .name = "a"), STEP(WRITE, .name = "2"),
		     STEP(OPEN, .name = "a"), STEP(READ, .number = 1),
		     STEP(RENAME, .name = "a~", .to = "b"),
		     STEP(OPEN, .name = "b"), STEP(READ, .number = 1),
		     STEP(OPEN, .name = "a"), STEP(TYPE, .to = "float"));
}

/* A new file replaces a key, after others that were given up. */
static int edit_as_sed(void)
{
	return STEPS(STEP(CREATE, .name = "a"), STEP(WRITE, .name = "1"),
		     STEP(CREATE, .name = "a", .number = O_EXCL, .err = EEXIST),
		     STEP(CREATE, .name = "sedAb3dE9", .number = O_EXCL),
		     STEP(WRITE, .name = "first"), STEP(RESIZE, .number = 0),
		     STEP(WRITE, .name = "22"), STEP(TYPE, .to = "integer"),
		     STEP(RENAME, .name = "sedAb3dE9", .to = "b~"),
		     STEP(RENAME, .name = "b~", .to = "a"),
		     STEP(RENAME, .name = "a", .to = "b~"),
		     STEP(RENAME, .name = "b~", .to = "a"),
		     STEP(OPEN, .name = "a"), STEP(READ, .number = 2),
		     STEP(CREATE, .name = "sedAb3dE9", .number = O_EXCL),
		     STEP(WRITE, .name = "7"), STEP(TYPE, .to = "integer"),
		     STEP(RENAME, .name = "sedAb3dE9", .to = "b"),
		     STEP(OPEN, .name = "b", .number = O_RDWR),
		     STEP(WRITE, .name = "x", .err = EINVAL));
}

/* A refused write leaves the old value, or no new file. */
static int write_too_much(void)
{
	return STEPS(STEP(CREATE, .name = "b"),
		     STEP(FILL, .number = 600, .err = ENOSPC),
		     STEP(CREATE, .name = "a"), STEP(WRITE, .name = "old"),
		     STEP(OPEN, .name = "a", .number = O_RDWR | O_TRUNC),
		     STEP(FILL, .number = 600, .err = ENOSPC),
		     STEP(FILL, .number = 70000, .err = EFBIG),
		     STEP(RESIZE, .number = 70000, .err = EFBIG),
		     STEP(READ, .number = 3),
		     STEP(OPEN, .name = "a", .number = O_RDWR | O_APPEND),
		     STEP(WRITE, .name = "er"), STEP(READ, .number = 5),
		     STEP(SHAPE, .number = 8), STEP(SHAPE, .number = 8),
		     STEP(OPEN, .name = "a", .number = O_RDWR | O_TRUNC));
}

/* Keys, temporary files, and one of each. */
static int exchange_settings(void)
{
	return STEPS(
		STEP(CREATE, .name = "a"), STEP(CREATE, .name = "b"),
		STEP(RENAME, .name = "a", .to = "b", .number = RENAME_EXCHANGE),
		STEP(CREATE, .name = "b"), STEP(WRITE, .name = "second"),
		STEP(RENAME, .name = "a", .to = "b", .number = RENAME_EXCHANGE),
		STEP(RENAME, .name = "a", .to = "b", .number = RENAME_NOREPLACE,
		     .err = EEXIST),
		STEP(RENAME, .name = "a", .to = "c", .number = RENAME_EXCHANGE,
		     .err = ENOENT),
		STEP(RENAME, .name = "a", .to = "b", .number = 8,
		     .err = EINVAL),
		STEP(RENAME, .name = "a", .to = "a"),
		STEP(RENAME, .name = "c", .to = "a", .err = ENOENT),
		STEP(RENAME, .name = "a", .to = "%zz", .err = EINVAL),
		STEP(CREATE, .name = "a~"),
		STEP(RENAME, .name = "b", .to = "b~"),
		STEP(RENAME, .name = "a~", .to = "b~",
		     .number = RENAME_EXCHANGE),
		STEP(RENAME, .name = "a", .to = "b~",
		     .number = RENAME_EXCHANGE),
		STEP(RENAME, .name = "a~", .to = "a",
		     .number = RENAME_EXCHANGE),
		STEP(REMOVE, .name = "a~"), STEP(REMOVE, .name = "b~"));
}

/* Keys and temporary files of the old map disappear, or stay, as they should. */
static int replace_map(void)
{
	static const char map[] = "\x83t\0\0\0\x01m\0\0\0\x01"
				  "am\0\0\0\x01"
				  "1";
	int err = STEPS(STEP(CREATE, .name = "b"), STEP(WRITE, .name = "old"),
			STEP(RENAME, .name = "b", .to = "b~"),
			STEP(CREATE, .name = "a"), STEP(FILL, .number = 0),
			STEP(CREATE, .name = "b"));

	if (!err)
		err = look_up(FUSE_ROOT_ID, "settings.etf");
	if (!err)
		err = open_node(O_WRONLY);
	if (!err)
		err = write_text("no map");
	if (err == EINVAL)
		err = write_at(map, sizeof(map) - 1, 0);
	return err ? err
		   : STEPS(STEP(OPEN, .name = "a"), STEP(READ, .number = 1),
			   STEP(OPEN, .name = "b"), STEP(READ, .number = 0),
			   STEP(OPEN, .name = "b~"), STEP(READ, .number = 3));
}

static int list_settings(void)
{
	int err = look_up(FUSE_ROOT_ID, "settings");

	if (!err)
		err = list(kernel_node());
	if (err)
		return err;
	err = look_up(kernel_node(), "none");
	return err == ENOENT ? 0 : err;
}

static int stage(void)
{
	int err = look_up(FUSE_ROOT_ID, "provision");

	if (!err)
		err = open_node(O_RDWR);
	if (!err)
		err = write_text("reset\n");
	return err ? err : store();
}

void make_setting(void)
{
	assert_int_equal(edit_setting(), 0);
}

const struct activity activities[] = {
	{ "sign", sign },
	{ "sign and open again", sign_and_reopen },
	{ "get a signature", get_signature },
	{ "get random numbers", get_random },
	{ "get status", get_status },
	{ "get a certificate", get_certificate },
	{ "get the map", get_map },
	{ "open the map of before", reopen_map },
	{ "edit a setting", edit_setting },
	{ "edit a removed setting", edit_removed },
	{ "move a setting", move_setting },
	{ "give a setting a type", type_setting },
	{ "edit as vim", edit_as_vim },
	{ "edit as sed -i", edit_as_sed },
	{ "write too much", write_too_much },
	{ "exchange settings", exchange_settings },
	{ "replace the map", replace_map },
	{ "list settings", list_settings },
	{ "stage a request", stage },
};

const size_t activity_count = sizeof(activities) / sizeof(*activities);
