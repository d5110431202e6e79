/* SPDX-License-Identifier: Apache-2.0 */
/* Reading heads. */
#include "etf.h"

#include <endian.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "error.h"
#include "utf8.h"

/* The first failure stays. */
#define broken(reader, what, ...)                                              \
	((reader)->err =                                                       \
		 (reader)->err < 0                                             \
			 ? (reader)->err                                       \
			 : fail_because(                                       \
				   EBADMSG,                                    \
				   "the term is wrong at its byte %zu: " what, \
				   (reader)->pos, ##__VA_ARGS__))

/* `width`: of the length that follows the tag, or of all that has no length. */
static const struct head {
	enum etf_type type;
	uint8_t width;
	void (*read)(struct etf_reader *reader, struct etf_node *node);
} heads[UINT8_MAX + 1];

/* NULL: the term ends before, or something was wrong before. */
static const uint8_t *take(struct etf_reader *reader, const char *what,
			   size_t len)
{
	size_t left = reader->len - reader->pos;
	const uint8_t *at = reader->data + reader->pos;

	if (len > left)
		broken(reader,
		       "%s of %zu bytes should be here, but the term has only "
		       "%zu more",
		       what, len, left);
	if (reader->err < 0)
		return NULL;
	reader->pos += len;
	return at;
}

/* A big-endian number of `width` bytes; 0 when there is none. */
static size_t take_number(struct etf_reader *reader, size_t width)
{
	const uint8_t *at = take(reader, "a number", width);
	size_t number = 0;

	for (size_t i = 0; at && i < width; i++)
		number = number << 8 | at[i];
	return number;
}

static void take_bytes(struct etf_reader *reader, struct etf_node *node,
		       size_t len)
{
	node->bytes = take(reader, "data", len);
	node->len = node->bytes ? len : 0;
}

/* A count of elements with `each` children, of at least one byte each. */
static size_t take_count(struct etf_reader *reader, size_t width, size_t each)
{
	size_t count = take_number(reader, width);
	size_t left = reader->len - reader->pos;

	if (count > left / each)
		broken(reader,
		       "%zu elements should follow, but the term has only %zu "
		       "more bytes",
		       count, left);
	return reader->err < 0 ? 0 : count * each;
}

/* Small ones are big-endian and made the other way round. */
static void read_integer(struct etf_reader *reader, struct etf_node *node)
{
	uint32_t number = (uint32_t)take_number(reader, node->width);

	if (node->tag >= TAG_SMALL_BIG) {
		node->negative = take_number(reader, 1) != 0;
		take_bytes(reader, node, number);
	} else {
		node->negative = node->width == 4 && number >> 31;
		number = htole32(node->negative ? -number : number);
		memcpy(reader->scratch, &number, sizeof(number));
		node->bytes = reader->scratch;
		node->len = sizeof(number);
	}
	while (node->len > 0 && node->bytes[node->len - 1] == 0)
		node->len--;
	node->negative &= node->len > 0;
}

static void read_float(struct etf_reader *reader, struct etf_node *node)
{
	uint64_t bits = 0;

	take_bytes(reader, node, node->width);
	if (node->type == ETF_FLOAT_TEXT)
		return;
	for (size_t i = 0; i < node->len; i++)
		bits = bits << 8 | node->bytes[i];
	memcpy(&node->real, &bits, sizeof(bits));
	if (!isfinite(node->real))
		broken(reader, "the float before it is infinite or not a "
			       "number, which Erlang does not have");
}

/* From Latin-1, at most 255 characters. */
static void make_utf8(struct etf_reader *reader, struct etf_node *node)
{
	size_t len = 0;

	for (size_t i = 0; i < node->len; i++) {
		uint8_t byte = node->bytes[i];

		if (byte >= 0x80)
			reader->scratch[len++] = (uint8_t)(0xc0 | byte >> 6);
		reader->scratch[len++] = byte & (byte < 0x80 ? 0x7f : 0xbf);
	}
	node->bytes = reader->scratch;
	node->len = len;
}

static void read_atom(struct etf_reader *reader, struct etf_node *node)
{
	bool is_latin1 = node->tag == TAG_ATOM || node->tag == TAG_SMALL_ATOM;
	size_t points;

	take_bytes(reader, node, take_number(reader, node->width));
	points = node->len;
	if (!is_latin1 && !utf8_is_valid(node->bytes, node->len, &points))
		broken(reader, "the text of the atom before it is not UTF-8");
	if (points > 255)
		broken(reader,
		       "the atom before it has %zu characters, and Erlang "
		       "allows at most 255",
		       points);
	else if (is_latin1)
		make_utf8(reader, node);
}

static void read_bits(struct etf_reader *reader, struct etf_node *node)
{
	size_t len = take_number(reader, node->width);
	size_t bits = node->tag == TAG_BIT_BINARY ? take_number(reader, 1)
						  : 8 * (len > 0);

	if (bits > 8 || (bits == 0) != (len == 0))
		broken(reader,
		       "a bitstring of %zu bytes cannot have %zu bits in its "
		       "last byte",
		       len, bits);
	if (bits == 0 || bits == 8)
		node->type = ETF_BINARY;
	else
		node->unused_bits = 8U - (unsigned int)bits;
	take_bytes(reader, node, len);
}

static void take_tag(struct etf_reader *reader, struct etf_node *node)
{
	const uint8_t *tag = take(reader, "a term", 1);

	*node = (struct etf_node){ .type = ETF_NONE };
	if (tag)
		*node = (struct etf_node){ .type = heads[*tag].type,
					   .tag = *tag,
					   .width = heads[*tag].width };
	if (!tag || node->type != ETF_NONE)
		return;
	reader->pos--;
	broken(reader, "Erlang has no term with the tag %u", *tag);
}

/*
 * The atom that names a pid's, port's or reference's node, then numbers. Those of
 * a reference are counted first.
 */
static void read_identity(struct etf_reader *reader, struct etf_node *node)
{
	bool is_counted = node->tag == TAG_NEW_REFERENCE ||
			  node->tag == TAG_NEWER_REFERENCE;
	size_t count = is_counted ? take_number(reader, 2) : 0;
	struct etf_node name;
	size_t start = reader->pos;

	if (count > 5)
		broken(reader,
		       "the reference has %zu numbers, and Erlang allows at "
		       "most 5",
		       count);
	take_tag(reader, &name);
	if (name.type == ETF_ATOM)
		read_atom(reader, &name);
	else
		broken(reader,
		       "the name of a node should be before it as an atom, "
		       "but the tag is %u",
		       name.tag);
	take(reader, "the numbers of an identity", node->width + 4 * count);
	node->bytes = reader->data + start;
	node->len = reader->pos - start;
}

static void read_parent(struct etf_reader *reader, struct etf_node *node)
{
	node->children =
		take_count(reader, node->width, node->type == ETF_MAP ? 2 : 1);
}

/* Size, arity, digest, index; the number of variables. An export has none. */
static void read_fun(struct etf_reader *reader, struct etf_node *node)
{
	node->children = 3;
	if (node->tag == TAG_EXPORT)
		return;
	take_bytes(reader, node, node->width);
	node->children = 4 + take_count(reader, 4, 1);
}

static void read_list(struct etf_reader *reader, struct etf_node *node)
{
	if (node->tag == TAG_LIST) {
		read_parent(reader, node);
		node->children += node->children > 0;
	} else {
		take_bytes(reader, node, take_number(reader, node->width));
	}
}

/* By the tag. */
static const struct head heads[UINT8_MAX + 1] = {
	[TAG_NEW_FLOAT] = { ETF_FLOAT, 8, read_float },
	[TAG_BIT_BINARY] = { ETF_BITSTRING, 4, read_bits },
	[TAG_NEW_PID] = { ETF_PID, 12, read_identity },
	[TAG_NEW_PORT] = { ETF_IDENTITY, 8, read_identity },
	[TAG_NEWER_REFERENCE] = { ETF_IDENTITY, 4, read_identity },
	[TAG_SMALL_INTEGER] = { ETF_INTEGER, 1, read_integer },
	[TAG_INTEGER] = { ETF_INTEGER, 4, read_integer },
	[TAG_FLOAT] = { ETF_FLOAT_TEXT, 31, read_float },
	[TAG_ATOM] = { ETF_ATOM, 2, read_atom },
	[TAG_REFERENCE] = { ETF_IDENTITY, 5, read_identity },
	[TAG_PORT] = { ETF_IDENTITY, 5, read_identity },
	[TAG_PID] = { ETF_PID, 9, read_identity },
	[TAG_SMALL_TUPLE] = { ETF_TUPLE, 1, read_parent },
	[TAG_LARGE_TUPLE] = { ETF_TUPLE, 4, read_parent },
	[TAG_NIL] = { ETF_LIST, 0, read_list },
	[TAG_STRING] = { ETF_LIST, 2, read_list },
	[TAG_LIST] = { ETF_LIST, 4, read_list },
	[TAG_BINARY] = { ETF_BINARY, 4, read_bits },
	[TAG_SMALL_BIG] = { ETF_INTEGER, 1, read_integer },
	[TAG_LARGE_BIG] = { ETF_INTEGER, 4, read_integer },
	[TAG_NEW_FUN] = { ETF_FUN, 25, read_fun },
	[TAG_EXPORT] = { ETF_FUN, 0, read_fun },
	[TAG_NEW_REFERENCE] = { ETF_IDENTITY, 1, read_identity },
	[TAG_SMALL_ATOM] = { ETF_ATOM, 1, read_atom },
	[TAG_MAP] = { ETF_MAP, 4, read_parent },
	[TAG_ATOM_UTF8] = { ETF_ATOM, 2, read_atom },
	[TAG_SMALL_ATOM_UTF8] = { ETF_ATOM, 1, read_atom },
	[TAG_V4_PORT] = { ETF_IDENTITY, 12, read_identity },
};

int etf_read(struct etf_reader *reader, struct etf_node *node)
{
	/* A list without elements is its tail. */
	do {
		take_tag(reader, node);
		if (node->type != ETF_NONE)
			heads[node->tag].read(reader, node);
	} while (reader->err == 0 && node->tag == TAG_LIST &&
		 node->children == 0);
	if (reader->err < 0)
		*node = (struct etf_node){ .type = ETF_NONE };
	return reader->err;
}

int etf_skip(struct etf_reader *reader)
{
	struct etf_node node;

	for (size_t left = 1; left > 0; left += node.children - 1)
		etf_read(reader, &node);
	return reader->err;
}
