/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front: the thread that talks to the kernel. It answers from what was
 * published, or asks the chip's thread; it never waits, and it alone replies.
 */
#ifndef NK_FRONT_H
#define NK_FRONT_H

#include "chip.h"
#include "handles.h"
#include "latest.h"

/* How long a request waits for those before it. */
#define PATIENCE_MS 30000
/* How long a request takes once it is begun, if its row says nothing else. */
#define WORK_MS	   8000
#define STALE_MOST 16

struct notify;

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
	struct handles handles;
	struct latest latest;
	struct request *oldest, *newest; /* all that are under way */
	struct writer writers[2];	 /* by enum nerveskey_provision */

	struct content *rendered; /* of `metrics` */
	uint64_t rendered_ms;
	uint64_t hits, misses; /* opens of what is cached */
	/* Processes that were answered ESTALE, and have opened nothing since. */
	pid_t stale[STALE_MOST];
	unsigned int stale_next;

	struct notify *notify; /* NULL: nobody wants to hear */
	void (*ready)(void);   /* called when the mount answers */
	bool initialized, is_ready;
	bool forgets; /* a name, see op_lookup() */
	bool ending;  /* by a signal: what changes the chip is finished */
	int signals;  /* a signalfd */
};

extern const struct fuse_lowlevel_ops front_ops;

/* Until it is unmounted or told to end. -errno. */
int front_serve(struct front *front);
/* After the end of the chip's thread. */
void front_free(struct front *front);

/*
 * A request for the chip's thread on behalf of `req`, which may be NULL: nobody
 * waits. Sets what is said of its file; the caller fills in the rest, then calls
 * front_ask(). NULL: no memory, and `req` is answered.
 */
struct request *
front_request(struct front *front, fuse_req_t req, struct inode *inode,
	      int (*work)(struct chip *chip, struct request *request),
	      const char *verb);
/* Whether it is under way; else it has been answered, and is gone. */
bool front_ask(struct front *front, struct request *request,
	       void (*done)(struct front *front, struct request *request));
/* The same about a name in the directory `inode`. */
struct request *front_request_about(struct front *front, fuse_req_t req,
				    struct inode *inode, const char *name,
				    int (*work)(struct chip *chip,
						struct request *request),
				    const char *verb);
/* An open that waits until somebody's is released, a second at most: -EBUSY. */
void front_park(struct front *front, fuse_req_t req, struct inode *inode,
		int flags);
/* The oldest that waits for `node`, which is the caller's; or NULL. */
struct request *front_unpark(struct front *front, const struct node *node);
/* A `done` that answers with the error alone. */
void front_done(struct front *front, struct request *request);
/* Wipe and free. */
void front_drop(struct front *front, struct request *request);

/* `view` becomes what was published last. */
void front_take_view(struct front *front);
/* What is known of a row, or a node's file, now: borrowed, or NULL. */
struct content *front_known(struct front *front, const struct node *node,
			    unsigned int param);
struct content *front_content(struct front *front, const struct inode *inode);
bool front_is_member(const struct front *front, fuse_req_t req);

/* ops_open.c */
/* Nothing is open any more. */
void front_close_all(struct front *front);
void op_open(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi);
void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
	       struct fuse_file_info *fi);
void op_release(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi);
void op_flush(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi);
/* ops_io.c */
void op_read(fuse_req_t req, fuse_ino_t number, size_t size, off_t offset,
	     struct fuse_file_info *fi);
void op_write(fuse_req_t req, fuse_ino_t number, const char *data, size_t size,
	      off_t offset, struct fuse_file_info *fi);
void op_fsync(fuse_req_t req, fuse_ino_t number, int only_data,
	      struct fuse_file_info *fi);
/* ops_names.c */
void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_forget(fuse_req_t req, fuse_ino_t number, uint64_t count);
void op_forget_multi(fuse_req_t req, size_t count,
		     struct fuse_forget_data *forgets);
void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name,
	       fuse_ino_t new_parent, const char *new_name, unsigned int flags);
void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode);
void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
	      dev_t device);
void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent,
		const char *name);
void op_link(fuse_req_t req, fuse_ino_t number, fuse_ino_t parent,
	     const char *name);
/* ops_directories.c */
void op_opendir(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi);
void op_readdir(fuse_req_t req, fuse_ino_t number, size_t size, off_t offset,
		struct fuse_file_info *fi);
void op_releasedir(fuse_req_t req, fuse_ino_t number,
		   struct fuse_file_info *fi);
/* ops_attributes.c */
void op_getattr(fuse_req_t req, fuse_ino_t number, struct fuse_file_info *fi);
void op_setattr(fuse_req_t req, fuse_ino_t number, struct stat *attr,
		int to_set, struct fuse_file_info *fi);
void op_getxattr(fuse_req_t req, fuse_ino_t number, const char *name,
		 size_t size);
void op_setxattr(fuse_req_t req, fuse_ino_t number, const char *name,
		 const char *value, size_t size, int flags);
void op_listxattr(fuse_req_t req, fuse_ino_t number, size_t size);
void op_removexattr(fuse_req_t req, fuse_ino_t number, const char *name);
void op_statfs(fuse_req_t req, fuse_ino_t number);

struct front *front_of(fuse_req_t req);
struct inode *front_inode(struct front *front, fuse_ino_t number);
fuse_ino_t front_number(const struct front *front, const struct inode *inode);
struct handle *handle_of(const struct fuse_file_info *fi);
/* `handle` may be NULL. */
void front_stat(struct front *front, const struct inode *inode,
		const struct handle *handle, struct stat *st);
/* How long the kernel may believe that, in seconds. */
double front_attr_timeout(const struct inode *inode);
/* What is answered of a node. Who sends it counts the lookup. */
void front_entry(struct front *front, const struct inode *inode,
		 struct fuse_entry_param *entry);
/* Store what is only in memory of an open file, then answer. */
void front_settle(struct front *front, fuse_req_t req, struct inode *inode,
		  struct handle *handle);
/* The map was read within a second. */
bool front_map_is_fresh(const struct front *front);
/* The node of a file of settings/, or NULL: it is not there, or no memory. */
struct inode *front_setting(struct front *front, const struct inode *parent,
			    const char *name);

#endif
