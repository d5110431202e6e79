/* SPDX-License-Identifier: Apache-2.0 */
/* The one look at bytes that nobody vouches for; see etf.h. */
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

/* Keys that are one term in two encodings are the same key. */
static int check_keys(struct etf_reader first, size_t pairs)
{
	for (; pairs > 1; pairs--) {
		struct etf_reader next = first;

		etf_skip(&next);
		etf_skip(&next);
		struct etf_reader other = next;
		for (size_t i = 1; i < pairs; i++) {
			if (etf_compare(first, other) == 0)
				return fail_because(
					EBADMSG,
					"a key that stands twice, at bytes %zu and %zu",
					first.pos, other.pos);
			etf_skip(&other);
			etf_skip(&other);
		}
		first = next;
	}
	return 0;
}

/* What the first children of a fun must be. */
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
	struct etf_reader first = check->reader;
	int err;

	for (size_t i = 0; i < parent->children; i++) {
		err = check_term(check, child_type(parent, i));
		if (err < 0)
			return err;
	}
	return parent->type == ETF_MAP ? check_keys(first, parent->children / 2)
				       : 0;
}

static int check_term(struct check *check, int type)
{
	struct etf_node node;
	int err;

	if (++check->nodes > ETF_MAX_NODES || check->depth >= ETF_MAX_DEPTH)
		return fail_because(EBADMSG,
				    "more than %d terms, or %d one in another",
				    ETF_MAX_NODES, ETF_MAX_DEPTH);
	err = etf_read(&check->reader, &node);
	if (err < 0)
		return err;
	if (type != ANY_TYPE && node.type != (enum etf_type)type)
		return fail_because(
			EBADMSG,
			"a fun with a part of a wrong type at byte %zu",
			check->reader.pos);
	check->depth++;
	err = check_children(check, &node);
	check->depth--;
	return err;
}

int etf_check(const uint8_t *data, size_t len)
{
	struct check check = { .reader = { data, len, 0 } };
	int err = check_term(&check, ANY_TYPE);

	if (err < 0)
		return err;
	if (check.reader.pos != len)
		return fail_because(EBADMSG, "%zu bytes after the term",
				    len - check.reader.pos);
	return 0;
}

/* `data` begins after the version: 80, the size (32 bits), a zlib stream. */
static int inflate_term(const uint8_t *data, size_t len, struct bytes *term,
			size_t *used)
{
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)(data + 5) };
	size_t size;
	int err;

	if (len < 5)
		return fail_because(EBADMSG, "the term ends within its size");
	size = (size_t)data[1] << 24 | (size_t)data[2] << 16 |
	       (size_t)data[3] << 8 | data[4];
	if (size > ETF_MAX_LEN)
		return fail_because(
			EBADMSG,
			"a compressed term of %zu bytes, at most %d are read",
			size, ETF_MAX_LEN);
	err = bytes_resize(term, size + 1); /* so that one byte more shows */
	if (err < 0)
		return err;
	stream.avail_in = (uInt)(len - 5);
	stream.next_out = term->data;
	stream.avail_out = (uInt)term->len;
	if (inflateInit(&stream) != Z_OK)
		return -ENOMEM;
	err = inflate(&stream, Z_FINISH);
	inflateEnd(&stream);
	if (err != Z_STREAM_END || stream.total_out != size)
		return fail_because(EBADMSG,
				    "a compressed term that is damaged");
	*used = 6 + stream.total_in;
	return bytes_resize(term, size);
}

static int unpack(const uint8_t *data, size_t len, struct bytes *term,
		  size_t *used)
{
	struct check check = { .depth = 0 };
	int err;

	if (len < 2 || data[0] != ETF_VERSION)
		return fail_because(EBADMSG,
				    "no external term: byte 0 is not %d",
				    ETF_VERSION);
	if (data[1] == TAG_COMPRESSED) {
		err = inflate_term(data + 1, len - 1, term, used);
		if (err < 0)
			return err;
		check.reader = etf_reader(term);
		err = check_term(&check, ANY_TYPE);
		return err < 0 ? err : bytes_resize(term, check.reader.pos);
	}
	check.reader = (struct etf_reader){ data + 1, len - 1, 0 };
	err = check_term(&check, ANY_TYPE);
	if (err < 0)
		return err;
	*used = 1 + check.reader.pos;
	return bytes_set(term, data + 1, check.reader.pos);
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
