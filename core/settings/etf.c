/* SPDX-License-Identifier: Apache-2.0 */
#include "etf.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "utf8.h"

/* Return a constant, so that the compiler sees that it is not 0. */
__attribute__((format(printf, 2, 3))) static int
broken(const struct etf_reader *reader, const char *format, ...)
{
	char what[128];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	fail_because(EBADMSG, "the term is wrong at its byte %zu: %s",
		     reader->pos, what);
	return -EBADMSG;
}

static size_t bytes_left(const struct etf_reader *reader)
{
	return reader->len - reader->pos;
}

/* Nothing can be read at all unless it has `len` bytes. */
static int too_short(const struct etf_reader *reader, const char *what,
		     size_t len)
{
	return broken(reader,
		      "%s of %zu bytes should be here, but the term "
		      "has only %zu more",
		      what, len, bytes_left(reader));
}

static const uint8_t *take(struct etf_reader *reader, size_t len)
{
	const uint8_t *at = reader->data + reader->pos;

	if (len > bytes_left(reader))
		return NULL;
	reader->pos += len;
	return at;
}

/* A big-endian number of `width` bytes. */
static int take_number(struct etf_reader *reader, unsigned int width,
		       size_t *number)
{
	const uint8_t *at = take(reader, width);

	if (!at)
		return too_short(reader, "a number", width);
	*number = 0;
	for (unsigned int i = 0; i < width; i++)
		*number = *number << 8 | at[i];
	return 0;
}

static int take_bytes(struct etf_reader *reader, size_t len,
		      struct etf_node *node)
{
	node->bytes = take(reader, len);
	if (!node->bytes)
		return too_short(reader, "data", len);
	node->len = len;
	return 0;
}

static int take_fixed(struct etf_reader *reader, struct etf_node *node,
		      unsigned int width)
{
	return take_bytes(reader, width, node);
}

/* A count of elements with `each` children, of at least one byte each. */
static int take_count(struct etf_reader *reader, unsigned int width,
		      unsigned int each, struct etf_node *node)
{
	size_t count = 0;
	int err = take_number(reader, width, &count);

	if (err < 0)
		return err;
	if (count > bytes_left(reader) / each)
		return broken(reader,
			      "%zu elements should follow, but the term has "
			      "only %zu more bytes",
			      count, bytes_left(reader));
	node->children = count * each;
	return 0;
}

static void trim(struct etf_node *node)
{
	while (node->len > 0 && node->bytes[node->len - 1] == 0)
		node->len--;
	if (node->len == 0)
		node->negative = false;
}

static int read_integer(struct etf_reader *reader, struct etf_node *node,
			unsigned int width)
{
	uint32_t magnitude;
	size_t value;
	int err;

	err = take_number(reader, width, &value);
	if (err < 0)
		return err;
	magnitude = (uint32_t)value;
	node->negative = width == 4 && magnitude >> 31;
	if (node->negative)
		magnitude = -magnitude;
	for (unsigned int i = 0; i < sizeof(node->small); i++)
		node->small[i] = (uint8_t)(magnitude >> 8 * i);
	node->bytes = node->small;
	node->len = sizeof(node->small);
	trim(node);
	return 0;
}

static int read_big(struct etf_reader *reader, struct etf_node *node,
		    unsigned int width)
{
	const uint8_t *sign;
	size_t len;
	int err;

	err = take_number(reader, width, &len);
	if (err < 0)
		return err;
	sign = take(reader, 1);
	if (!sign)
		return too_short(reader, "a sign", 1);
	err = take_bytes(reader, len, node);
	if (err < 0)
		return err;
	node->negative = *sign != 0;
	trim(node);
	return 0;
}

static int read_float(struct etf_reader *reader, struct etf_node *node,
		      unsigned int width)
{
	const uint8_t *at = take(reader, width);
	uint64_t bits = 0;

	if (!at)
		return too_short(reader, "a float", width);
	for (unsigned int i = 0; i < width; i++)
		bits = bits << 8 | at[i];
	memcpy(&node->real, &bits, sizeof(bits));
	if (!isfinite(node->real))
		return broken(reader,
			      "the float before it is infinite or not a "
			      "number, which Erlang does not have");
	return 0;
}

static int read_atom(struct etf_reader *reader, struct etf_node *node,
		     unsigned int width)
{
	size_t len, points;
	int err;

	node->latin1 = node->tag == TAG_ATOM || node->tag == TAG_SMALL_ATOM;
	err = take_number(reader, width, &len);
	if (err == 0)
		err = take_bytes(reader, len, node);
	if (err < 0)
		return err;
	points = len;
	if (!node->latin1 && !utf8_is_valid(node->bytes, len, &points))
		return broken(reader,
			      "the text of the atom before it is not UTF-8");
	if (points > 255)
		return broken(reader,
			      "the atom before it has %zu characters, and "
			      "Erlang allows at most 255",
			      points);
	return 0;
}

static int read_string(struct etf_reader *reader, struct etf_node *node,
		       unsigned int width)
{
	size_t len;
	int err = take_number(reader, width, &len);

	return err < 0 ? err : take_bytes(reader, len, node);
}

static int read_bits(struct etf_reader *reader, struct etf_node *node,
		     unsigned int width)
{
	const uint8_t *bits;
	size_t len;
	int err;

	err = take_number(reader, width, &len);
	if (err < 0)
		return err;
	bits = take(reader, 1);
	if (!bits)
		return too_short(reader, "a count of bits", 1);
	if (*bits > 8 || (*bits == 0) != (len == 0))
		return broken(reader,
			      "a bitstring of %zu bytes cannot have %u bits in "
			      "its last byte",
			      len, *bits);
	node->unused_bits = *bits == 0 ? 0 : 8U - *bits;
	return take_bytes(reader, len, node);
}

static int read_nil(struct etf_reader *reader, struct etf_node *node,
		    unsigned int width)
{
	(void)reader;
	(void)node;
	(void)width;
	return 0;
}

static int read_tuple(struct etf_reader *reader, struct etf_node *node,
		      unsigned int width)
{
	return take_count(reader, width, 1, node);
}

static int read_map(struct etf_reader *reader, struct etf_node *node,
		    unsigned int width)
{
	return take_count(reader, width, 2, node);
}

/* A list without elements is its tail: the caller reads on there. */
#define READ_ON 1

static int read_list(struct etf_reader *reader, struct etf_node *node,
		     unsigned int width)
{
	int err = take_count(reader, width, 1, node);

	if (err < 0)
		return err;
	if (node->children == 0)
		return READ_ON;
	node->children++;
	return 0;
}

/* The name of a pid's, port's or reference's node, then `len` bytes. */
static int read_identity(struct etf_reader *reader, struct etf_node *node,
			 unsigned int len);

/* The same, with a count of 32-bit numbers in front. */
static int read_reference(struct etf_reader *reader, struct etf_node *node,
			  unsigned int creation)
{
	size_t count = 0;
	int err = take_number(reader, 2, &count);

	if (err < 0)
		return err;
	if (count > 5)
		return broken(reader,
			      "the reference has %zu numbers, and Erlang "
			      "allows at most 5",
			      count);
	return read_identity(reader, node, creation + 4 * (unsigned int)count);
}

/* Size, arity, digest, index, number of free variables. */
static int read_fun(struct etf_reader *reader, struct etf_node *node,
		    unsigned int fixed)
{
	int err = take_bytes(reader, fixed, node);

	if (err < 0)
		return err;
	err = take_count(reader, 4, 1, node);
	if (err < 0)
		return err;
	node->children += 4;
	return 0;
}

static int read_export(struct etf_reader *reader, struct etf_node *node,
		       unsigned int children)
{
	(void)reader;
	node->children = children;
	return 0;
}

static const struct head {
	enum etf_type type;
	int (*read)(struct etf_reader *reader, struct etf_node *node,
		    unsigned int width);
	unsigned int width; /* bytes of its length, or of the whole */
} heads[] = {
	[TAG_NEW_FLOAT] = { ETF_FLOAT, read_float, 8 },
	[TAG_BIT_BINARY] = { ETF_BITSTRING, read_bits, 4 },
	[TAG_NEW_PID] = { ETF_PID, read_identity, 12 },
	[TAG_NEW_PORT] = { ETF_PORT, read_identity, 8 },
	[TAG_NEWER_REFERENCE] = { ETF_REFERENCE, read_reference, 4 },
	[TAG_SMALL_INTEGER] = { ETF_INTEGER, read_integer, 1 },
	[TAG_INTEGER] = { ETF_INTEGER, read_integer, 4 },
	[TAG_FLOAT] = { ETF_FLOAT_TEXT, take_fixed, 31 },
	[TAG_ATOM] = { ETF_ATOM, read_atom, 2 },
	[TAG_REFERENCE] = { ETF_REFERENCE, read_identity, 5 },
	[TAG_PORT] = { ETF_PORT, read_identity, 5 },
	[TAG_PID] = { ETF_PID, read_identity, 9 },
	[TAG_SMALL_TUPLE] = { ETF_TUPLE, read_tuple, 1 },
	[TAG_LARGE_TUPLE] = { ETF_TUPLE, read_tuple, 4 },
	[TAG_NIL] = { ETF_LIST, read_nil, 0 },
	[TAG_STRING] = { ETF_LIST, read_string, 2 },
	[TAG_LIST] = { ETF_LIST, read_list, 4 },
	[TAG_BINARY] = { ETF_BITSTRING, read_string, 4 },
	[TAG_SMALL_BIG] = { ETF_INTEGER, read_big, 1 },
	[TAG_LARGE_BIG] = { ETF_INTEGER, read_big, 4 },
	[TAG_NEW_FUN] = { ETF_FUN, read_fun, 25 },
	[TAG_EXPORT] = { ETF_FUN, read_export, 3 },
	[TAG_NEW_REFERENCE] = { ETF_REFERENCE, read_reference, 1 },
	[TAG_SMALL_ATOM] = { ETF_ATOM, read_atom, 1 },
	[TAG_MAP] = { ETF_MAP, read_map, 4 },
	[TAG_ATOM_UTF8] = { ETF_ATOM, read_atom, 2 },
	[TAG_SMALL_ATOM_UTF8] = { ETF_ATOM, read_atom, 1 },
	[TAG_V4_PORT] = { ETF_PORT, read_identity, 12 },
};

static const struct head *find_head(uint8_t tag)
{
	if (tag >= sizeof(heads) / sizeof(heads[0]) || !heads[tag].read)
		return NULL;
	return &heads[tag];
}

static int read_identity(struct etf_reader *reader, struct etf_node *node,
			 unsigned int len)
{
	struct etf_node name;
	const struct head *head;
	size_t start = reader->pos;

	if (start == reader->len)
		return too_short(reader, "the name of a node", 1);
	head = find_head(reader->data[start]);
	if (!head || head->type != ETF_ATOM) /* else etf_read() recurses */
		return broken(reader,
			      "the name of a node should be here as an atom, "
			      "but the tag is %u",
			      reader->data[start]);
	if (etf_read(reader, &name) < 0)
		return -EBADMSG;
	if (!take(reader, len))
		return too_short(reader, "the numbers of an identity", len);
	node->bytes = reader->data + start;
	node->len = reader->pos - start;
	return 0;
}

int etf_read(struct etf_reader *reader, struct etf_node *node)
{
	const struct head *head;
	const uint8_t *tag;
	int ret;

	do {
		tag = take(reader, 1);
		if (!tag)
			return too_short(reader, "a term", 1);
		head = find_head(*tag);
		if (!head) {
			reader->pos--;
			return broken(reader,
				      "Erlang has no term with the tag %u",
				      *tag);
		}
		*node = (struct etf_node){ .type = head->type, .tag = *tag };
		ret = head->read(reader, node, head->width);
	} while (ret == READ_ON);
	return ret;
}
