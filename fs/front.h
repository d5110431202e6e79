/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front: the thread that talks to the kernel. It answers from the published
 * view, or queues a request for the chip's thread. It never waits for the chip,
 * and only this thread replies.
 */
#pragma once

#include "chip.h"
#include "inodes.h"
#include "latest.h"

/* How long a request may wait for those before it. */
#define PATIENCE_MS 30000
/* How long a request may take once it is begun, if it sets no other limit. */
#define WORK_MS	   8000
#define STALE_MOST 16

/* Whether a process has a control file open for writing. */
struct writer {
	bool open;
	bool closing; /* flushed, and nothing was written since */
};

struct front {
	struct fuse_session *session;
	struct queue *queue;
	struct chip *chip;
	struct view *view; /* the latest */
	uid_t uid;
	gid_t gid;
	mode_t umask;
	struct timespec started; /* the time of most files */

	struct inodes inodes;
	struct latest latest;
	struct request *oldest, *newest; /* all requests under way */
	struct writer writers[2];	 /* by enum nerveskey_provision */

	struct content *rendered; /* `metrics` */
	uint64_t rendered_ms;
	uint64_t hits, misses; /* opens of files that can be cached */
	/* Processes that got ESTALE and have opened nothing since. */
	pid_t stale[STALE_MOST];
	unsigned int stale_next;

	void (*ready)(void); /* called when the mount answers */
	bool initialized, is_ready;
	bool is_watched; /* somebody wants to hear that it still does */
	/* Names of "*" that the kernel has: the latest, and those before. */
	struct bytes names[2];
	unsigned int name_count; /* of the latest */
	bool forgets;		 /* the kernel is told to forget some of them */
	bool ending; /* a signal came: only changes of the chip are finished */
	int signals; /* a signalfd */
};

/* The functions that FUSE calls. The session's data is the struct front. */
const struct fuse_lowlevel_ops *front_ops(void);
/* Serves until it is unmounted or a signal ends it. 0 or -errno. */
int front_serve(struct front *front);
/* Call it after the end of the chip's thread. */
void front_free(struct front *front);

/* Sets front->view to the view that was published last. */
void front_take_view(struct front *front);
/* The known content of a row, or of a node's file; borrowed, or NULL. */
struct content *front_known(struct front *front, const struct node *node,
			    unsigned int param);
struct content *front_content(struct front *front, const struct inode *inode);
/* The map was read within a second. */
bool front_map_is_fresh(const struct front *front);
/* `handle` may be NULL. */
void front_stat(struct front *front, const struct inode *inode,
		const struct handle *handle, struct stat *st);
/* How long the kernel may cache the attributes, in seconds. */
double front_attr_timeout(const struct inode *inode);
/* Sets *entry for a reply. The caller counts the lookup. */
void front_entry(struct front *front, const struct inode *inode,
		 struct fuse_entry_param *entry);
/* Replies with `inode`, or ENOMEM if it is NULL. */
void front_reply_inode(struct front *front, fuse_req_t req,
		       struct inode *inode);
/* -ENFILE, -ENOMEM. */
int front_new_handle(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags, struct handle **handle);
void front_close_handle(struct front *front, struct handle *handle);
/* `direct`: this handle reads other content than the kernel's pages have. */
void front_reply_handle(struct front *front, fuse_req_t req,
			struct handle *handle, bool direct);

/* front_requests.c */
/*
 * Queues a copy of `what` for the chip's thread, about the file `inode`. The
 * caller sets `work`, `verb`, and other fields as needed. The names are copied;
 * `size` bytes of `written` are copied to its data. `req` may be NULL: no process
 * waits. Returns whether the request is under way; else `req` is answered.
 */
bool front_ask(struct front *front, fuse_req_t req, struct inode *inode,
	       const void *written, const struct request *what);
/* Answers the requests of the list `finished`, and frees them. */
void front_finish(struct front *front, struct request *finished);
/*
 * Answers with the error `err`, and drops the request if it still waits. A change
 * of the chip that has begun goes on to its deadline.
 */
void front_give_up(struct front *front, struct request *request, int err);
/* Answers the requests whose deadline has passed. */
void front_look_at_deadlines(struct front *front);
/* Lets the chip's thread close a file that it, or one writer, has open. */
void front_close_on_chip(struct front *front, struct inode *inode,
			 const struct node *node, void *open);
/* Wipes and frees a request. */
void front_drop(struct front *front, struct request *request);
bool front_is_member(const struct front *front, fuse_req_t req);

/* ops_writers.c */
/* Opens a file that one process at a time may write; else EBUSY. */
void op_open_one_writer(struct front *front, fuse_req_t req,
			struct inode *inode, int flags);
/* Lets the chip's thread open a file to write, truncate or create. */
void op_open_on_chip(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags);

/* ops_names.c */
void op_lookup_setting(struct front *front, fuse_req_t req,
		       struct inode *parent, const char *name);
/* Sets *inode to the node of a file of settings/, or NULL. -ENOENT, -ENOMEM. */
int front_setting(struct front *front, const struct inode *parent,
		  const char *name, struct inode **inode);
/*
 * The kernel has the name `name` of "*", which it is told to forget when enough
 * others have followed.
 */
void op_note_name(struct front *front, const struct inode *parent,
		  const char *name);

/* Each sets its part of front_ops(). */
void ops_open(struct fuse_lowlevel_ops *ops);
void ops_writers(struct fuse_lowlevel_ops *ops);
void ops_io(struct fuse_lowlevel_ops *ops);
void ops_names(struct fuse_lowlevel_ops *ops);
void ops_directories(struct fuse_lowlevel_ops *ops);
void ops_attributes(struct fuse_lowlevel_ops *ops);

static inline struct front *front_of(fuse_req_t req)
{
	return fuse_req_userdata(req);
}

static inline struct inode *front_inode(struct front *front, fuse_ino_t number)
{
	return number == FUSE_ROOT_ID ? &front->inodes.root
				      : (struct inode *)(uintptr_t)number;
}

static inline fuse_ino_t front_number(const struct inode *inode)
{
	return inode->number == FUSE_ROOT_ID ? FUSE_ROOT_ID
					     : (fuse_ino_t)(uintptr_t)inode;
}

static inline struct handle *handle_of(const struct fuse_file_info *fi)
{
	return fi ? (struct handle *)(uintptr_t)fi->fh : NULL;
}
