/* SPDX-License-Identifier: Apache-2.0 */
#include "handle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "fair_lock.h"

/* Each of those before has its own deadline for the chip. */
#define TURN_MS 60000
/* So many wait on one descriptor; each keeps one of FUSE's threads. */
#define TURNS 8

struct handle {
	struct place at; /* its name is ours */
	char *name;
	int flags;
	bool final;

	struct fair_lock turn; /* for all below, once it is open */
	struct bytes content;  /* as it was at open, or the reply */
	bool replied;	       /* to a request of this handle */
	size_t cursor;	       /* in the reply */
};

static int check_access(const struct node *node, int flags)
{
	int access = flags & O_ACCMODE;

	if (S_ISDIR(node->mode))
		return -EISDIR;
	if (access != O_WRONLY && !node_can_read(node))
		return -EACCES;
	if (access != O_RDONLY && !node_can_write(node))
		return -EACCES;
	return 0;
}

static bool is_requester(const struct handle *handle)
{
	return handle->at.node->run && (handle->flags & O_ACCMODE) != O_RDONLY;
}

/* What a reader sees first. A requester has to ask before there is a reply. */
static int load_first(struct handle *handle)
{
	const struct node *node = handle->at.node;

	if ((handle->flags & O_ACCMODE) == O_WRONLY || is_requester(handle))
		return 0;
	if (node->load)
		return node->load(&handle->at, &handle->content);
	if (node->run)
		return fail_because(ENODATA, "the reply is read from the same "
					     "descriptor as the request");
	return 0;
}

int handle_open(const struct place *at, int flags, struct handle **out)
{
	struct handle *handle;
	int err;

	err = check_access(at->node, flags);
	if (err < 0)
		return err;
	handle = calloc(1, sizeof(*handle));
	if (!handle)
		return -ENOMEM;
	handle->at = *at;
	handle->flags = flags;
	handle->name = strdup(at->name);
	if (!handle->name) {
		err = -ENOMEM;
		goto free_handle;
	}
	handle->at.name = handle->name;
	if (at->node->opened)
		err = at->node->opened(&handle->at, flags);
	if (err < 0)
		goto free_handle;
	fair_lock_init(&handle->turn);
	err = load_first(handle);
	if (err < 0) {
		handle_close(handle);
		return err;
	}
	handle->final = at->node->is_final && at->node->is_final(at);
	*out = handle;
	return 0;

free_handle:
	free(handle->name);
	free(handle);
	return err;
}

void handle_close(struct handle *handle)
{
	if (handle->at.node->closed)
		handle->at.node->closed(&handle->at, handle->flags);
	fair_lock_destroy(&handle->turn);
	bytes_free(&handle->content);
	free(handle->name);
	free(handle);
}

struct place handle_place(const struct handle *handle, uid_t uid)
{
	struct place at = handle->at;

	at.opener = handle->at.uid;
	at.uid = uid;
	return at;
}

bool handle_is_final(const struct handle *handle)
{
	return handle->final;
}

static ssize_t part_of(const struct bytes *content, uint8_t *data, size_t len,
		       off_t offset)
{
	size_t from;

	if (offset >= (off_t)content->len)
		return 0;
	from = (size_t)offset;
	if (len > content->len - from)
		len = content->len - from;
	memcpy(data, content->data + from, len);
	return (ssize_t)len;
}

static int take_turn(struct handle *handle)
{
	if (fair_lock_take(&handle->turn, TURN_MS, TURNS) == 0)
		return 0;
	return fail_because(ETIMEDOUT, "others wait for this descriptor");
}

/* The kernel's offset counts what was written as well: it says nothing here. */
static ssize_t read_reply(struct handle *handle, uint8_t *data, size_t len)
{
	ssize_t done;

	done = take_turn(handle);
	if (done < 0)
		return done;
	if (handle->replied) {
		done = part_of(&handle->content, data, len,
			       (off_t)handle->cursor);
		handle->cursor += (size_t)done;
	} else {
		done = fail_because(ENODATA, "nothing was asked for yet on "
					     "this descriptor");
	}
	fair_lock_give(&handle->turn);
	return done;
}

static ssize_t read_live(const struct place *at, uint8_t *data, size_t len,
			 off_t offset)
{
	struct bytes content = BYTES_INIT;
	ssize_t done;

	done = at->node->load(at, &content);
	if (done == 0)
		done = part_of(&content, data, len, offset);
	bytes_free(&content);
	return done;
}

ssize_t handle_read(struct handle *handle, uid_t uid, uint8_t *data, size_t len,
		    off_t offset)
{
	struct place at = handle_place(handle, uid);

	if (at.node->fill)
		return at.node->fill(&at, data, len);
	/* What the kernel keeps is for others, too: of the chip that is there. */
	if (at.node->live || handle->final)
		return read_live(&at, data, len, offset);
	if (is_requester(handle))
		return read_reply(handle, data, len);
	return part_of(&handle->content, data, len, offset);
}

/* A refused request leaves no reply: the last one would be the wrong one. */
static int ask(struct handle *handle, const struct place *at,
	       const uint8_t *data, size_t len)
{
	struct bytes request = BYTES_INIT, reply = BYTES_INIT;
	int err;

	handle->replied = false;
	err = bytes_set(&request, data, len);
	if (err == 0)
		err = at->node->run(at, &request, &reply);
	if (err == 0) {
		bytes_move(&handle->content, &reply);
		handle->cursor = 0;
		handle->replied = true;
	}
	bytes_free(&reply);
	bytes_free(&request);
	return err;
}

ssize_t handle_write(struct handle *handle, uid_t uid, const uint8_t *data,
		     size_t len, off_t offset)
{
	struct place at = handle_place(handle, uid);
	int err;

	err = take_turn(handle);
	if (err < 0)
		return err;
	if (at.node->run)
		err = ask(handle, &at, data, len);
	else
		err = at.node->put(&at, data, len, offset);
	fair_lock_give(&handle->turn);
	return err < 0 ? err : (ssize_t)len;
}

void handle_flush(struct handle *handle)
{
	if (handle->at.node->flushed)
		handle->at.node->flushed(&handle->at, handle->flags);
}
