/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front: the thread that talks to the kernel. It answers from the published
 * view, or queues a request for the chip's thread. It never waits for the chip,
 * and only this thread replies.
 */
#pragma once

#include "chip.h"
#include "inodes.h"

#define STALE_MOST   16
#define LATEST_USERS 32

/*
 * The latest signature of a user, for programs that open `sign` once to write and
 * once to read.
 */
struct latest {
	uid_t uid;
	uint64_t file; /* st_ino: each key has its own */
	uint64_t chip; /* its number */
	struct content *signature;
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
	struct latest latest[LATEST_USERS]; /* the newest is first */
	struct request *oldest;		    /* of all requests under way */
	/* By enum nerveskey_provision: a process has it open for writing. */
	bool has_writer[2];

	struct content *rendered; /* `metrics` */
	uint64_t rendered_ms;
	uint64_t hits, misses; /* opens of files that can be cached */
	/* Processes that got ESTALE and have opened nothing since. */
	pid_t stale[STALE_MOST];
	unsigned int stale_next;

	void (*ready)(void); /* called once, when the mount answers */
	bool initialized;
	int watchdog_ms;   /* how often to tell that it does; -1: never */
	uint64_t alive_ms; /* when to tell it next */
	/* Names of "*" that the kernel has. */
	struct bytes names;
	unsigned int name_count;
	bool forgets; /* the kernel is told to forget some */
	bool ending;  /* a signal came: only changes of the chip are finished */
	int signals;  /* a signalfd */
};

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
/* The known content is too old. It still serves while the chip works for others. */
bool front_is_old(const struct front *front, const struct node *node);
/* `handle` may be NULL. */
void front_stat(struct front *front, const struct inode *inode,
		const struct handle *handle, struct stat *st);
/* How long the kernel may cache the attributes, in seconds. */
double front_attr_timeout(const struct inode *inode);
/* Replies to a lookup, or to a create if the file is `opened`. Counts the lookup. */
int front_reply_entry(struct front *front, fuse_req_t req, struct inode *inode,
		      const struct fuse_file_info *opened);
/* -ENFILE, -ENOMEM. */
int front_new_handle(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags, struct handle **handle);
void front_close_handle(struct front *front, struct handle *handle);
/* `direct`: this handle reads other content than the kernel's pages have. */
void front_reply_handle(struct front *front, fuse_req_t req,
			struct handle *handle, bool direct);

/* The place of a user's latest signature by a file, or the oldest place. */
struct latest *front_latest(struct front *front, uid_t uid, uint64_t file);

/* front_requests.c */
/*
 * Queues a copy of `what`, its names and data for the chip's thread, about the
 * file `inode`. The caller sets `work`, `verb`, and other fields as needed. `req`
 * may be NULL: no process waits. Returns whether the request is under way; else
 * `req` is answered.
 */
bool front_ask(struct front *front, fuse_req_t req, struct inode *inode,
	       const struct request *what);
/* For front_work: answers if there is an error. True: nobody waits any more. */
bool front_has_failed(struct request *request);
/* Answers a finished request, and frees it. */
void front_finish(struct front *front, struct request *request);
/*
 * Answers all requests, or only those whose deadline has passed, with the error
 * `err`, and drops those that still wait. A change of the chip that has begun goes
 * on to its deadline.
 */
void front_give_up_all(struct front *front, bool late, int err);
/* Lets the chip's thread close a file that it, or one writer, has open. */
void front_close_on_chip(struct front *front, struct inode *inode,
			 const struct node *node, void *open);
/* Wipes and frees a request. */
void front_drop(struct front *front, struct request *request);
bool front_is_member(const struct front *front, fuse_req_t req);

/* ops_open.c */
/* The functions that FUSE calls. The session's data is the struct front. */
const struct fuse_lowlevel_ops *front_ops(void);

/* ops_names.c */
/* Sets *file to the first fields of the child `name`. False: there is none. */
bool front_find(struct front *front, const struct inode *parent,
		const char *name, struct inode *file);

/* Each sets its part of front_ops(). */
void ops_io(struct fuse_lowlevel_ops *ops);
void ops_names(struct fuse_lowlevel_ops *ops);
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

/* Without a look at the caller's other groups. */
static inline bool front_is_known_member(const struct front *front,
					 const struct fuse_ctx *caller)
{
	return caller->uid == 0 || caller->uid == front->uid ||
	       caller->gid == front->gid;
}
