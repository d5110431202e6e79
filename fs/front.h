/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front: the thread that talks to the kernel. It answers from what was
 * published, or asks the chip's thread; it never waits, and it alone replies.
 */
#ifndef NK_FRONT_H
#define NK_FRONT_H

#include "chip.h"
#include "inodes.h"
#include "latest.h"

/* How long a request waits for those before it. */
#define PATIENCE_MS 30000
/* How long a request takes once it is begun, if it says nothing else. */
#define WORK_MS	   8000
#define STALE_MOST 16

/* Somebody has a control file open for writing. */
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
	struct timespec started; /* the age of everything without its own */

	struct inodes inodes;
	struct latest latest;
	struct request *oldest, *newest; /* all that are under way */
	struct writer writers[2];	 /* by enum nerveskey_provision */

	struct content *rendered; /* of `metrics` */
	uint64_t rendered_ms;
	uint64_t hits, misses; /* opens of what is cached */
	/* Processes that were answered ESTALE, and have opened nothing since. */
	pid_t stale[STALE_MOST];
	unsigned int stale_next;

	void (*ready)(void); /* called when the mount answers */
	bool initialized, is_ready;
	bool forgets; /* a name, see op_forget_oldest() */
	bool ending;  /* by a signal: what changes the chip is finished */
	int signals;  /* a signalfd */
};

/* What FUSE calls; the session's data is the struct front. */
const struct fuse_lowlevel_ops *front_ops(void);
/* Until it is unmounted or told to end. -errno. */
int front_serve(struct front *front);
/* After the end of the chip's thread. */
void front_free(struct front *front);

/* `view` becomes what was published last. */
void front_take_view(struct front *front);
/* What is known of a row, or a node's file, now: borrowed, or NULL. */
struct content *front_known(struct front *front, const struct node *node,
			    unsigned int param);
struct content *front_content(struct front *front, const struct inode *inode);
/* The map was read within a second. */
bool front_map_is_fresh(const struct front *front);
/* `handle` may be NULL. */
void front_stat(struct front *front, const struct inode *inode,
		const struct handle *handle, struct stat *st);
/* How long the kernel may believe that, in seconds. */
double front_attr_timeout(const struct inode *inode);
/* What is answered of a node. Who sends it counts the lookup. */
void front_entry(struct front *front, const struct inode *inode,
		 struct fuse_entry_param *entry);
/* `inode` may be NULL: there was no memory for it. */
void front_reply_inode(struct front *front, fuse_req_t req,
		       struct inode *inode);
/* -ENFILE, -ENOMEM. */
int front_new_handle(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags, struct handle **handle);
void front_close_handle(struct front *front, struct handle *handle);
/* `direct`: what the kernel keeps of the node is not what is read here. */
void front_reply_handle(struct front *front, fuse_req_t req,
			struct handle *handle, bool direct);

/* front_requests.c */
/*
 * Asks the chip's thread for a copy of `what`, about the file `inode`: `work`,
 * `verb`, and what else the caller says of the rest. The names are copied, and
 * `size` bytes of `written`, which become its data. `req` may be NULL: nobody
 * waits. Returns whether it is under way; else `req` is answered.
 */
bool front_ask(struct front *front, fuse_req_t req, struct inode *inode,
	       const void *written, const struct request *what);
/* Those that are done are answered. */
void front_finish(struct front *front, struct request *finished);
/*
 * Answer with the error `err`, and do it no more if it still waits. What changes
 * the chip goes on to its deadline once it is begun.
 */
void front_give_up(struct front *front, struct request *request, int err);
/* Those whose time is over are answered. */
void front_look_at_deadlines(struct front *front);
/* The chip's thread ends what it, or one writer, began. */
void front_close_on_chip(struct front *front, struct inode *inode,
			 const struct node *node, void *open);
/* Wipe and free. */
void front_drop(struct front *front, struct request *request);
bool front_is_member(const struct front *front, fuse_req_t req);

/* ops_writers.c */
/* -EBUSY when another has it open for writing. */
void op_open_one_writer(struct front *front, fuse_req_t req,
			struct inode *inode, int flags);
/* By the chip's thread: to write, truncate or create. */
void op_open_on_chip(struct front *front, fuse_req_t req, struct inode *inode,
		     int flags);

/* ops_names.c */
void op_lookup_setting(struct front *front, fuse_req_t req,
		       struct inode *parent, const char *name);
/* The node of a file of settings/, or NULL: it is not there, or no memory. */
struct inode *front_setting(struct front *front, const struct inode *parent,
			    const char *name);
/* The kernel forgets the oldest names of "*". */
void op_forget_oldest(struct front *front);

/* Each file's part of front_ops(). */
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

#endif
