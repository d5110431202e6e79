/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_kernel.h"

#include "golden.h"

#include <errno.h>
#include <string.h>

#define OWNER  1000
#define GROUP  1001
#define OTHER  7
#define PLACES 64

struct front kernel_front;

static const struct fuse_ctx caller = { .uid = OTHER, .gid = OTHER, .pid = 99 };
static struct fuse_req calls[PLACES];
static fuse_ino_t nodes[PLACES];
static uint64_t handles[PLACES];
static unsigned int call_count, node_count, handle_count;
static void *(*chip_thread)(void *context);
static void *chip_context;
static bool publishes, is_stale;
static enum trouble trouble;
static unsigned long happens_at, met;

void trouble_begin(enum trouble kind, unsigned long at)
{
	trouble = kind;
	happens_at = at;
	met = 0;
}

bool trouble_end(void)
{
	bool happened = trouble != TROUBLE_NONE && met >= happens_at;

	trouble = TROUBLE_NONE;
	return happened;
}

static bool happens(enum trouble kind)
{
	return kind == trouble && ++met == happens_at;
}

/* Returns what the kernel says of the reply. */
static int answer(fuse_req_t req, int err)
{
	req->answers++;
	req->err = err;
	return 0;
}

static int take(fuse_req_t req)
{
	if (!happens(TROUBLE_GONE))
		return answer(req, 0);
	answer(req, EINTR);
	return -ENOENT;
}

int __wrap_fuse_reply_err(fuse_req_t req, int err);
void __wrap_fuse_reply_none(fuse_req_t req);
int __wrap_fuse_reply_entry(fuse_req_t req, const struct fuse_entry_param *e);
int __wrap_fuse_reply_open(fuse_req_t req, const struct fuse_file_info *fi);
int __wrap_fuse_reply_create(fuse_req_t req, const struct fuse_entry_param *e,
			     const struct fuse_file_info *fi);
int __wrap_fuse_reply_attr(fuse_req_t req, const struct stat *st, double time);
int __wrap_fuse_reply_buf(fuse_req_t req, const char *data, size_t size);
int __wrap_fuse_reply_write(fuse_req_t req, size_t size);
int __wrap_fuse_reply_xattr(fuse_req_t req, size_t size);

int __wrap_fuse_reply_err(fuse_req_t req, int err)
{
	return answer(req, err);
}

void __wrap_fuse_reply_none(fuse_req_t req)
{
	answer(req, 0);
}

int __wrap_fuse_reply_entry(fuse_req_t req, const struct fuse_entry_param *e)
{
	int err = take(req);

	if (err == 0)
		nodes[node_count++] = e->ino;
	return err;
}

int __wrap_fuse_reply_open(fuse_req_t req, const struct fuse_file_info *fi)
{
	int err = take(req);

	if (err == 0)
		handles[handle_count++] = fi->fh;
	return err;
}

int __wrap_fuse_reply_create(fuse_req_t req, const struct fuse_entry_param *e,
			     const struct fuse_file_info *fi)
{
	int err = take(req);

	if (err == 0) {
		nodes[node_count++] = e->ino;
		handles[handle_count++] = fi->fh;
	}
	return err;
}

int __wrap_fuse_reply_attr(fuse_req_t req, const struct stat *st, double time)
{
	(void)time;
	req->len = (size_t)st->st_size;
	return take(req);
}

int __wrap_fuse_reply_buf(fuse_req_t req, const char *data, size_t size)
{
	assert_in_range(size, 0, sizeof(req->data));
	if (size > 0)
		memcpy(req->data, data, size);
	req->len = size;
	return take(req);
}

int __wrap_fuse_reply_write(fuse_req_t req, size_t size)
{
	req->len = size;
	return take(req);
}

int __wrap_fuse_reply_xattr(fuse_req_t req, size_t size)
{
	req->len = size;
	return take(req);
}

void *__wrap_fuse_req_userdata(fuse_req_t req);
const struct fuse_ctx *__wrap_fuse_req_ctx(fuse_req_t req);
int __wrap_fuse_req_getgroups(fuse_req_t req, int most, gid_t groups[]);
void __wrap_fuse_req_interrupt_func(fuse_req_t req, fuse_interrupt_func_t call,
				    void *data);
int __wrap_fuse_lowlevel_notify_store(struct fuse_session *session,
				      fuse_ino_t node, off_t offset,
				      struct fuse_bufvec *data,
				      enum fuse_buf_copy_flags flags);
int __wrap_fuse_lowlevel_notify_inval_entry(struct fuse_session *session,
					    fuse_ino_t parent, const char *name,
					    size_t len);

void *__wrap_fuse_req_userdata(fuse_req_t req)
{
	(void)req;
	return &kernel_front;
}

const struct fuse_ctx *__wrap_fuse_req_ctx(fuse_req_t req)
{
	(void)req;
	return &caller;
}

int __wrap_fuse_req_getgroups(fuse_req_t req, int most, gid_t groups[])
{
	(void)req;
	assert_in_range(most, 2, 1000);
	groups[0] = OTHER;
	groups[1] = GROUP;
	return 2;
}

/* As libfuse does, call it at once if the signal has already come. */
void __wrap_fuse_req_interrupt_func(fuse_req_t req, fuse_interrupt_func_t call,
				    void *data)
{
	req->interrupt = call;
	req->interrupt_data = data;
	if (call && happens(TROUBLE_WAITING))
		call(req, data);
}

int __wrap_fuse_lowlevel_notify_store(struct fuse_session *session,
				      fuse_ino_t node, off_t offset,
				      struct fuse_bufvec *data,
				      enum fuse_buf_copy_flags flags)
{
	(void)session;
	(void)node;
	(void)offset;
	(void)data;
	(void)flags;
	return 0;
}

int __wrap_fuse_lowlevel_notify_inval_entry(struct fuse_session *session,
					    fuse_ino_t parent, const char *name,
					    size_t len)
{
	(void)session;
	(void)parent;
	(void)name;
	(void)len;
	return 0;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how,
			  void *(*run)(void *context), void *context);
int __wrap_pthread_join(pthread_t thread, void **result);
int __real_queue_next(struct queue *queue, int wait_ms, struct request **next);
int __wrap_queue_next(struct queue *queue, int wait_ms, struct request **next);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how,
			  void *(*run)(void *context), void *context)
{
	(void)thread;
	(void)how;
	chip_thread = run;
	chip_context = context;
	return 0;
}

int __wrap_pthread_join(pthread_t thread, void **result)
{
	(void)thread;
	(void)result;
	return 0;
}

/* The thread returns when it has nothing to do. */
int __wrap_queue_next(struct queue *queue, int wait_ms, struct request **next)
{
	int err = __real_queue_next(queue, 0, next);
	fuse_req_t req = err == 0 ? (*next)->req : NULL;

	(void)wait_ms;
	publishes |= err == 0 && !(*next)->quiet;
	if (req && happens(TROUBLE_RUNNING))
		req->interrupt(req, req->interrupt_data);
	return err == -EAGAIN ? -ESHUTDOWN : err;
}

void kernel_begin(struct nerveskey *key)
{
	struct front *front = &kernel_front;

	*front = (struct front){ .uid = OWNER, .gid = GROUP, .umask = 022 };
	inodes_init(&front->inodes);
	assert_int_equal(queue_new(&front->queue), 0);
	assert_int_equal(chip_new(key, front->queue, NULL, &front->chip), 0);
	assert_int_equal(chip_start(front->chip), 0);
	front_take_view(front);
}

void kernel_end(void)
{
	queue_stop(kernel_front.queue);
	chip_free(kernel_front.chip);
	front_free(&kernel_front);
	queue_free(kernel_front.queue);
}

fuse_req_t kernel_call(void)
{
	fuse_req_t req = &calls[call_count++ % PLACES];

	memset(req, 0, sizeof(*req));
	return req;
}

void kernel_settle(void)
{
	struct front *front = &kernel_front;
	const struct view *before;
	struct request *done;

	do {
		before = front->view;
		publishes = false;
		chip_thread(chip_context);
		front_take_view(front);
		is_stale |= publishes && front->view == before;
		done = queue_finished(front->queue);
		if (done)
			front_finish(front, done);
	} while (done);
}

bool kernel_is_stale(void)
{
	return is_stale;
}

fuse_ino_t kernel_node(void)
{
	return node_count > 0 ? nodes[node_count - 1] : 0;
}

uint64_t kernel_handle(void)
{
	return handle_count > 0 ? handles[handle_count - 1] : 0;
}

void kernel_release(void)
{
	struct fuse_file_info fi = { .fh = handles[--handle_count] };

	front_ops()->release(kernel_call(), 0, &fi);
	kernel_settle();
}

void kernel_close(void)
{
	while (handle_count > 0)
		kernel_release();
	while (node_count > 0)
		front_ops()->forget(kernel_call(), nodes[--node_count], 1);
	is_stale = false;
}
