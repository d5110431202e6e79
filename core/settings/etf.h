/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erlang's external term format, for bytes that nobody vouches for.
 * Source: "External Term Format" in the ERTS user's guide.
 *
 * Terms stay what they are, bytes: etf_unpack() checks them once (lengths,
 * depth, number of nodes, text, unique keys), then a reader walks over them,
 * head by head, the children following their parent. Everything that
 * term_to_binary() of OTP 24 or later writes is understood, and the older
 * forms that binary_to_term() still takes; local to one virtual machine, and
 * refused, are atom cache references.
 *
 * Errors: -EBADMSG with what is wrong and where, -ENOMEM.
 */
#ifndef NK_ETF_H
#define NK_ETF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bytes.h"

#define ETF_VERSION 131
/* Of a term that was compressed; to show a number takes the square of it. */
#define ETF_MAX_LEN   65536
#define ETF_MAX_NODES 65536
#define ETF_MAX_DEPTH 512

enum etf_tag {
	TAG_NEW_FLOAT = 70,
	TAG_BIT_BINARY = 77,
	TAG_COMPRESSED = 80,
	TAG_NEW_PID = 88,
	TAG_NEW_PORT = 89,
	TAG_NEWER_REFERENCE = 90,
	TAG_SMALL_INTEGER = 97,
	TAG_INTEGER = 98,
	TAG_FLOAT = 99,
	TAG_ATOM = 100,
	TAG_REFERENCE = 101,
	TAG_PORT = 102,
	TAG_PID = 103,
	TAG_SMALL_TUPLE = 104,
	TAG_LARGE_TUPLE = 105,
	TAG_NIL = 106,
	TAG_STRING = 107,
	TAG_LIST = 108,
	TAG_BINARY = 109,
	TAG_SMALL_BIG = 110,
	TAG_LARGE_BIG = 111,
	TAG_NEW_FUN = 112,
	TAG_EXPORT = 113,
	TAG_NEW_REFERENCE = 114,
	TAG_SMALL_ATOM = 115,
	TAG_MAP = 116,
	TAG_ATOM_UTF8 = 118,
	TAG_SMALL_ATOM_UTF8 = 119,
	TAG_V4_PORT = 120,
};

enum etf_type {
	ETF_INTEGER,
	ETF_FLOAT,
	ETF_FLOAT_TEXT, /* of R13 and earlier */
	ETF_ATOM,
	ETF_REFERENCE,
	ETF_FUN,
	ETF_PORT,
	ETF_PID,
	ETF_TUPLE,
	ETF_MAP,
	ETF_LIST,
	ETF_BITSTRING,
};

/* A place in someone else's bytes. Copy it to come back to it. */
struct etf_reader {
	const uint8_t *data;
	size_t len, pos;
};

/* A head: a whole term, or what stands before its children. Not to be copied. */
struct etf_node {
	enum etf_type type;
	enum etf_tag tag;
	/*
	 * Integer: magnitude, least significant byte first, no leading zeros.
	 * Atom: its text, Latin-1 or UTF-8. TAG_STRING: the elements.
	 * Bitstring: the bytes. Pid, port, reference: the node's atom and the
	 * numbers. Fun: the fixed fields. A float in text: all of it.
	 */
	const uint8_t *bytes;
	size_t len;
	/*
	 * Terms that follow: a tuple's elements, a map's keys and values, a
	 * TAG_LIST's elements and its tail, a fun's parts.
	 */
	size_t children;
	bool negative, latin1;
	unsigned int unused_bits; /* of a bitstring's last byte */
	double real;
	uint8_t small[4];
};

/*
 * Check the external term (131, ...) at the start of `data` and give its bytes
 * without the 131, uncompressed; `*used` is what it takes of `data`.
 */
int etf_unpack(const uint8_t *data, size_t len, struct bytes *term,
	       size_t *used);
/* Check one term (no 131) that must fill `data`. */
int etf_check(const uint8_t *data, size_t len);

/* Of checked terms: the next head; a whole term. */
int etf_read(struct etf_reader *reader, struct etf_node *node);
int etf_skip(struct etf_reader *reader);
/* The type of the checked term that comes next. */
enum etf_type etf_peek(const struct etf_reader *reader);

/* A list's elements one by one, whichever way it is encoded. */
struct etf_list {
	struct etf_reader *reader;
	const uint8_t *bytes; /* those of a TAG_STRING that are left */
	size_t left;
	bool last; /* after `left` elements comes the end, not a tail */
	struct etf_reader one;
	uint8_t small[2];
};
enum etf_step { ETF_END, ETF_ELEMENT, ETF_TAIL };
/* `head` is what etf_read() gave for it. */
void etf_list_start(struct etf_list *list, struct etf_reader *reader,
		    const struct etf_node *head);
/* After ETF_ELEMENT and ETF_TAIL (of an improper list), read the term from `*term`. */
enum etf_step etf_list_next(struct etf_list *list, struct etf_reader **term);

/* An atom's text in UTF-8, appended. */
int etf_atom_text(const struct etf_node *atom, struct bytes *text);

/*
 * Writers append a term, or its head. Atoms are written in UTF-8, which OTP 20
 * and later read.
 */
int etf_put_integer(struct bytes *out, bool negative, const uint8_t *magnitude,
		    size_t len);
int etf_put_float(struct bytes *out, double value);
/* -EINVAL: not UTF-8, or more than 255 characters. */
int etf_put_atom(struct bytes *out, const char *text, size_t len);
int etf_put_binary(struct bytes *out, const void *data, size_t len);
/* A whole external term (131, 80, ...) of a term, without its 131, compressed. */
int etf_put_compressed(struct bytes *out, const struct bytes *term);
/* TAG_SMALL_TUPLE (or large by itself), TAG_LIST, TAG_MAP. */
int etf_put_head(struct bytes *out, enum etf_tag tag, size_t count);
/*
 * A checked term in the shortest forms, as term_to_binary() writes it, but that a
 * map's keys are in the order of their bytes. Equal terms become equal bytes,
 * floats in text aside. Part of the check, which is where -EBADMSG comes up: a
 * key that is there twice.
 */
int etf_put_canonical(struct bytes *out, struct etf_reader *term);

static inline struct etf_reader etf_reader(const struct bytes *term)
{
	return (struct etf_reader){ term->data, term->len, 0 };
}

#endif
