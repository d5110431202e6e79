/* SPDX-License-Identifier: Apache-2.0 */
/* A request from open to close, and its text as lines and verbs. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "error.h"
#include "log.h"
#include "stage.h"
#include "system_clock.h"

#define PRIMARY (1u << PROVISION_PRIMARY)
#define AUX	(1u << PROVISION_AUX)

static const struct {
	const char *word;
	enum provision_verb verb;
	unsigned int targets;
} verbs[] = {
	{ "commit", PROVISION_COMMIT, PRIMARY | AUX },
	{ "check", PROVISION_CHECK, PRIMARY | AUX },
	{ "begin", PROVISION_BEGIN, PRIMARY },
	{ "clear", PROVISION_CLEAR, AUX },
	{ "reset", PROVISION_RESET, PRIMARY | AUX },
};

int provision_new(enum provision_target target, struct provision **request)
{
	struct provision *made;

	made = mmap(NULL, sizeof(*made), PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (made == MAP_FAILED)
		return -ENOMEM;
	made->target = target;
	/* A child that unmounts must not see it. Old kernels lack this. */
	madvise(made, sizeof(*made), MADV_WIPEONFORK);
	made->locked = mlock(made, sizeof(*made)) == 0 &&
		       madvise(made, sizeof(*made), MADV_DONTDUMP) == 0;
	if (!made->locked)
		log_write(LOG_LEVEL_WARNING,
			  "memory for keys cannot be locked (%s), so no key "
			  "will be taken: raise RLIMIT_MEMLOCK",
			  errno_name(errno));
	*request = made;
	return 0;
}

void provision_free(struct provision *request)
{
	if (!request)
		return;
	explicit_bzero(request, sizeof(*request));
	munmap(request, sizeof(*request));
}

/* Wipe text that has not become an item yet. */
static void forget_unfinished(struct provision *request)
{
	explicit_bzero(request->line, sizeof(request->line));
	explicit_bzero(request->pem, sizeof(request->pem));
	request->line_len = 0;
	request->pem_len = 0;
	request->torn = false;
}

void request_done(struct provision *request, int err)
{
	struct staged *staged = &request->staged;

	staged_drop(staged, err < 0 ? (uint16_t)~staged->kept : UINT16_MAX);
	staged->expired = 0;
	staged->taken = 0;
	request->before = *staged;
	forget_unfinished(request);
	request->refused = false;
	request->cut = false;
	request->key_since = 0;
	request->line_number = 0;
}

void provision_reset(struct provision *request)
{
	request_done(request, 0);
}

bool provision_is_empty(const struct provision *request)
{
	return !request->staged.present && !request->line_len &&
	       !request->pem_len;
}

void request_keep(struct provision *request,
		  const uint8_t chip_serial[static CHIP_SERIAL_SIZE])
{
	struct staged *staged = &request->staged;

	if (memcmp(staged->kept_for, chip_serial, CHIP_SERIAL_SIZE) != 0)
		staged_drop(staged, staged->kept);
	staged->kept = staged->present & (uint16_t) ~(SECRET_ITEMS | PEM_ITEMS);
	memcpy(staged->kept_for, chip_serial, CHIP_SERIAL_SIZE);
	request_done(request, -ECANCELED);
}

void provision_no_chip(struct provision *request, enum provision_verb verb)
{
	if (verb == PROVISION_COMMIT)
		request_done(request, -ENODEV);
	if (verb == PROVISION_BEGIN)
		request->staged.put_off = request->staged.present;
}

/* A line or block is unfinished, and the writer has seen no error yet. */
static bool is_unfinished(const struct provision *request)
{
	return !request->refused && (request->line_len || request->pem_len);
}

static bool holds_keys(const struct provision *request)
{
	return request->staged.present & SECRET_ITEMS || request->line_len ||
	       request->pem_len;
}

/* Forget what was staged since the open, and refuse its other lines too. */
static int refuse(struct provision *request, int err)
{
	if (!request->refused)
		snprintf(request->refusal, sizeof(request->refusal), "%s",
			 fail_reason());
	request->staged = request->before;
	forget_unfinished(request);
	request->refused = true;
	return err;
}

/* The same because of the line that was taken last. */
static int refuse_line(struct provision *request, int err)
{
	const char *reason = fail_reason();

	if (*reason)
		fail_because(-err, "line %u: %s", request->line_number, reason);
	return refuse(request, err);
}

/* Refuse all that follows: it may or may not continue the unfinished text. */
static int cut_off(struct provision *request)
{
	int err = fail_because(EINVAL,
			       "a writer stopped in the middle of %s: "
			       "everything is refused until reset is written",
			       request->line_len ? "a line" : "a PEM block");

	refuse(request, err);
	request->cut = true;
	return err;
}

unsigned int provision_expire(struct provision *request, int64_t now_s)
{
	if (!holds_keys(request)) {
		request->key_since = 0;
		return 0;
	}
	if (now_s < request->key_since + PROVISION_KEY_S)
		return (unsigned int)(request->key_since + PROVISION_KEY_S -
				      now_s);
	if (is_unfinished(request))
		cut_off(request);
	request->staged.expired |= request->staged.present & SECRET_ITEMS;
	staged_drop(&request->staged, SECRET_ITEMS);
	staged_drop(&request->before, SECRET_ITEMS);
	forget_unfinished(request);
	request->key_since = 0;
	return 0;
}

/* PROVISION_STAGED when the line is no verb. */
static enum provision_verb find_verb(const struct provision *request)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (verbs[i].targets & 1u << request->target &&
		    strlen(verbs[i].word) == request->line_len &&
		    strcmp(verbs[i].word, request->line) == 0)
			return verbs[i].verb;
	return PROVISION_STAGED;
}

/* Repeat the first reason: this sentence replaces it in status. */
static int nothing_counts(const struct provision *request)
{
	return fail_because(EINVAL, "%s%s", request->refusal,
			    request->cut ? ""
					 : "; all else is refused until the "
					   "file is closed or reset is "
					   "written");
}

/* Take the line that has been gathered, which is perhaps a verb. */
static int take_line(struct provision *request, enum provision_verb verb)
{
	const char *line = request->line;

	if (strlen(line) != request->line_len)
		return fail_because(EINVAL,
				    "a zero byte is in it: leave it out");
	if (request->pem_len && verb != PROVISION_STAGED)
		return fail_because(EINVAL,
				    "%s inside a PEM block, which has no END "
				    "line",
				    line);
	if (request->pem_len)
		return pem_line(request, line);
	if (strncmp(line, PEM_BEGIN, strlen(PEM_BEGIN)) == 0)
		return pem_begin(request, line);
	if (verb != PROVISION_STAGED || !*line)
		return 0;
	return stage_line(request, line);
}

static int end_line(struct provision *request, enum provision_verb *verb)
{
	enum provision_verb word;
	int err = 0;

	if (request->line_len && request->line[request->line_len - 1] == '\r')
		request->line_len--;
	request->line[request->line_len] = '\0';
	request->line_number++;
	word = find_verb(request);
	if (word == PROVISION_RESET)
		provision_reset(request);
	else if (request->refused)
		err = nothing_counts(request);
	else
		err = take_line(request, word);
	if (err < 0 && !request->refused)
		refuse_line(request, err);
	explicit_bzero(request->line, sizeof(request->line));
	request->line_len = 0;
	request->torn = false;
	if (err == 0)
		*verb = word;
	return err;
}

/* Gather `len` bytes of a line, without its newline. */
static int gather(struct provision *request, const char *text, size_t len,
		  bool ends)
{
	if (request->line_len + len > PROVISION_LINE_MAX)
		return fail_because(
			EFBIG, "over %d bytes, longer than any that is known",
			PROVISION_LINE_MAX);
	request->staged.taken += len + ends;
	if (request->staged.taken > PROVISION_TEXT_MAX)
		return fail_because(
			EFBIG,
			"the request is over %d bytes: reset forgets what was "
			"written so far",
			PROVISION_TEXT_MAX);
	request->root_line =
		request->by_root && (request->root_line || !request->line_len);
	memcpy(request->line + request->line_len, text, len);
	request->line_len += len;
	return 0;
}

void provision_writer(struct provision *request, bool is_root)
{
	request->by_root = is_root;
}

static void open_once(struct provision *request)
{
	if (request->open)
		return;
	request->open = true;
	request->before = request->staged;
	request->line_number = 0;
}

int provision_feed(struct provision *request, const char *text, size_t len,
		   size_t *used, enum provision_verb *verb)
{
	enum provision_verb word = PROVISION_STAGED;
	size_t at = 0;
	int err;

	open_once(request);
	while (at < len && word == PROVISION_STAGED) {
		const char *start = text + at;
		const char *end = memchr(start, '\n', len - at);
		size_t part = end ? (size_t)(end - start) : len - at;

		err = gather(request, start, part, end);
		if (err < 0) {
			request->line_number++;
			return refuse_line(request, err);
		}
		at += part;
		if (!end)
			break;
		at++;
		request->rest.data = (uint8_t *)text + at;
		request->rest.len = len - at;
		err = end_line(request, &word);
		request->rest = BYTES_INIT;
		if (err < 0)
			return err;
	}
	if (!holds_keys(request))
		request->key_since = 0;
	else if (!request->key_since)
		request->key_since = clock_boot_s();
	*used = at;
	*verb = word;
	return 0;
}

/* No known line begins like this one and is longer. */
static bool is_whole(struct provision *request)
{
	request->line[request->line_len] = '\0';
	if (request->pem_len)
		return strcmp(request->line, request->pem_end) == 0;
	return find_verb(request) != PROVISION_STAGED;
}

int provision_written(struct provision *request, enum provision_verb *verb)
{
	enum provision_verb word = PROVISION_STAGED;
	int err = 0;

	if (request->line_len && !request->torn && is_whole(request))
		err = end_line(request, &word);
	request->torn = request->line_len > 0;
	if (err == 0)
		*verb = word;
	return err;
}

int provision_closed(struct provision *request)
{
	int err = is_unfinished(request) ? cut_off(request) : 0;

	forget_unfinished(request);
	request->open = false;
	request->refused = request->cut;
	explicit_bzero(&request->before, sizeof(request->before));
	return err;
}
