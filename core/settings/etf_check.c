/* SPDX-License-Identifier: Apache-2.0 */
/* The check of untrusted bytes; see etf.h. */
#include "etf.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "error.h"

#define ANY_TYPE (-1)

struct check {
	struct etf_reader reader;
	size_t nodes, depth;
};

static int check_term(struct check *check, int type);

/* The type that child `i` must have, or ANY_TYPE. */
static int child_type(const struct etf_node *parent, size_t i)
{
	static const int export_parts[] = { ETF_ATOM, ETF_ATOM, ETF_INTEGER };
	static const int fun_parts[] = { ETF_ATOM, ETF_INTEGER, ETF_INTEGER,
					 ETF_PID };

	if (parent->tag == TAG_EXPORT)
		return export_parts[i];
	if (parent->tag == TAG_NEW_FUN && i < 4)
		return fun_parts[i];
	return ANY_TYPE;
}

static int check_children(struct check *check, const struct etf_node *parent)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < parent->children; i++)
		err = check_term(check, child_type(parent, i));
	return err;
}

static int check_term(struct check *check, int type)
{
	size_t start = check->reader.pos;
	struct etf_node node;
	int err;

	if (++check->nodes > ETF_MAX_NODES || check->depth >= ETF_MAX_DEPTH)
		return fail_because(
			EBADMSG,
			"the term has more than %d parts or is nested more "
			"than %d deep, which are the limits: make it "
			"smaller",
			ETF_MAX_NODES, ETF_MAX_DEPTH);
	err = etf_read(&check->reader, &node);
	if (err < 0)
		return err;
	if (type != ANY_TYPE && node.type != (enum etf_type)type)
		return fail_because(
			EBADMSG,
			"the term is wrong at its byte %zu: a part of a fun "
			"has the tag %u, which is of another type than the "
			"part must be",
			start, node.tag);
	check->depth++;
	err = check_children(check, &node);
	check->depth--;
	return err;
}

/* The term at the start of `data`; `*used` is its length. */
static int check_first(const uint8_t *data, size_t len, size_t *used)
{
	struct check check = { .reader = { data, len, 0 } };
	struct etf_reader start = check.reader;
	struct bytes canonical = BYTES_INIT;
	int err = check_term(&check, ANY_TYPE);

	/* This sorts the keys of maps, and finds duplicates. */
	if (err == 0)
		err = etf_put_canonical(&canonical, &start);
	bytes_free(&canonical);
	if (err == 0)
		*used = check.reader.pos;
	return err;
}

int etf_check(const uint8_t *data, size_t len)
{
	size_t used;
	int err = check_first(data, len, &used);

	if (err == 0 && used != len)
		return fail_because(
			EBADMSG,
			"the term ends after %zu bytes, but %zu were "
			"given: remove the rest",
			used, len);
	return err;
}

/* `data` begins after the version: 80, the size (32 bits), a zlib stream. */
static int inflate_term(const uint8_t *data, size_t len, struct bytes *term,
			size_t *used)
{
	z_stream stream = { 0 };
	size_t size;
	int err;

	if (len < 5)
		return fail_because(EBADMSG,
				    "a compressed term begins with 5 bytes of "
				    "head, but only %zu are there",
				    len);
	size = (size_t)data[1] << 24 | (size_t)data[2] << 16 |
	       (size_t)data[3] << 8 | data[4];
	if (size > ETF_MAX_LEN)
		return fail_because(
			EBADMSG,
			"the compressed term has %zu bytes when it is "
			"unpacked, and at most %d are allowed: make it "
			"smaller",
			size, ETF_MAX_LEN);
	err = bytes_resize(term, size + 1); /* one more shows an excess */
	if (err < 0)
		return err;
	stream.next_in = (Bytef *)(uintptr_t)(data + 5);
	stream.avail_in = (uInt)(len - 5);
	stream.next_out = term->data;
	stream.avail_out = (uInt)term->len;
	if (inflateInit(&stream) != Z_OK)
		return -ENOMEM;
	err = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	if (err != Z_STREAM_END || stream.total_out != size)
		return fail_because(
			EBADMSG,
			"the compressed term is damaged: %lu bytes were "
			"unpacked, and %zu are expected",
			stream.total_out, size);
	*used = 6 + stream.total_in;
	return bytes_resize(term, size);
}

int etf_put_compressed(struct bytes *out, const struct bytes *term)
{
	uint8_t head[] = { ETF_VERSION,
			   TAG_COMPRESSED,
			   (uint8_t)(term->len >> 24),
			   (uint8_t)(term->len >> 16),
			   (uint8_t)(term->len >> 8),
			   (uint8_t)term->len };
	uLongf len = compressBound(term->len);
	size_t start = out->len;
	int err = bytes_append(out, head, sizeof(head));

	if (err == 0)
		err = bytes_resize(out, out->len + len);
	if (err < 0)
		return err;
	if (compress2(out->data + start + sizeof(head), &len, term->data,
		      term->len, Z_BEST_COMPRESSION) != Z_OK)
		return -ENOMEM;
	return bytes_resize(out, start + sizeof(head) + len);
}

static int unpack(const uint8_t *data, size_t len, struct bytes *term,
		  size_t *used)
{
	size_t size;
	int err;

	if (len < 2)
		return fail_because(EBADMSG,
				    "an external term has at least 2 bytes, "
				    "but there are %zu",
				    len);
	if (data[0] != ETF_VERSION)
		return fail_because(EBADMSG,
				    "the first byte is %u, and an external "
				    "term of Erlang begins with %d",
				    data[0], ETF_VERSION);
	if (data[1] == TAG_COMPRESSED) {
		err = inflate_term(data + 1, len - 1, term, used);
		if (err == 0)
			err = check_first(term->data, term->len, &size);
		return err < 0 ? err : bytes_resize(term, size);
	}
	err = check_first(data + 1, len - 1, &size);
	if (err < 0)
		return err;
	*used = 1 + size;
	return bytes_set(term, data + 1, size);
}

int etf_unpack(const uint8_t *data, size_t len, struct bytes *term,
	       size_t *used)
{
	struct bytes plain = BYTES_INIT;
	size_t taken = 0;
	int err;

	err = unpack(data, len, &plain, &taken);
	if (err == 0) {
		bytes_move(term, &plain);
		*used = taken;
	}
	bytes_free(&plain);
	return err;
}
