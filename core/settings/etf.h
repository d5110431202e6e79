/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erlang's external term format, for untrusted bytes.
 * Source: "External Term Format" in the ERTS user's guide.
 *
 * Terms stay bytes. etf_unpack() checks them once (lengths, depth, number of
 * nodes, text, unique keys); then a reader walks over them head by head, and
 * children follow their parent. The older forms that binary_to_term() still
 * reads are read, too. Atom cache references, local to one virtual machine, are
 * refused.
 *
 * Errors: -EBADMSG with a reason that names the place, -ENOMEM.
 */
#pragma once

#include "bytes.h"

#define ETF_VERSION 131
/* Of an unpacked term. Printing an integer takes time by the square of it. */
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
	ETF_NONE, /* nothing could be read */
	ETF_INTEGER,
	ETF_FLOAT,
	ETF_ATOM,
	ETF_TUPLE,
	ETF_MAP,
	ETF_LIST,
	ETF_BINARY,
	ETF_BITSTRING,	/* that is no binary */
	ETF_FLOAT_TEXT, /* of R13 and earlier; this and the rest are "other" */
	ETF_PID,
	ETF_IDENTITY, /* a port or a reference */
	ETF_FUN,
};

/* A position. The first failure stays, and ends it. */
struct etf_reader {
	const uint8_t *data;
	size_t len, pos;
	int err;
	uint8_t scratch[2 * 255]; /* what the last node's `bytes` may be */
};

/*
 * A head: a whole term, or the part before its children. It is valid until the
 * next one is read.
 */
struct etf_node {
	enum etf_type type;
	enum etf_tag tag;
	size_t width; /* of the first field, in bytes */
	/*
	 * Integer: magnitude, least significant byte first, no leading zeros.
	 * Atom: its text in UTF-8. TAG_STRING: the elements. Pid, port,
	 * reference: the node's atom and the numbers. Fun: the fixed fields.
	 */
	const uint8_t *bytes;
	size_t len;
	/*
	 * Terms that follow: elements, keys and values, parts of a fun; of a
	 * TAG_LIST also the tail, which may be another list that goes on.
	 */
	size_t children;
	bool negative;
	unsigned int unused_bits; /* of a bitstring's last byte */
	double real;
};

static inline struct etf_reader etf_reader(const struct bytes *term)
{
	return (struct etf_reader){ .data = term->data, .len = term->len };
}

/* Sets `node` to the next head; skips a whole term. They were checked. */
int etf_read(struct etf_reader *reader, struct etf_node *node);
int etf_skip(struct etf_reader *reader);

/*
 * Check the external term (131, ...) at the start of `data`. Sets `term` to its
 * bytes, uncompressed and without the 131, and *used to its length in `data`.
 */
int etf_unpack(const uint8_t *data, size_t len, struct bytes *term,
	       size_t *used);
/* The same without the 131. `used` NULL: the term must be all of `data`. */
int etf_check(const uint8_t *data, size_t len, size_t *used);
/*
 * Check the next term, and append it in its shortest form, as term_to_binary()
 * writes it, but with the keys of maps in the order of their bytes. Equal terms
 * become equal bytes, except for floats in text.
 */
int etf_put_canonical(struct bytes *out, struct etf_reader *term);

/*
 * Each appends a term, or a head, to `out`, and returns out->err. Numbers are
 * big-endian, but for `magnitude`. Atoms are written in UTF-8, which OTP 20 and
 * later read; -EINVAL: `text` is not, or has more than 255 characters.
 */
int etf_put_integer(struct bytes *out, bool negative, const uint8_t *magnitude,
		    size_t len);
int etf_put_float(struct bytes *out, double value);
int etf_put_atom(struct bytes *out, const char *text, size_t len);
int etf_put_binary(struct bytes *out, const char *data, size_t len);
/* `tag`: TAG_SMALL_TUPLE (TAG_LARGE_TUPLE when needed), TAG_LIST, TAG_MAP. */
int etf_put_head(struct bytes *out, enum etf_tag tag, size_t count);
/*
 * End a list of `count` elements whose TAG_LIST head is at `start`, so far with
 * any count. A proper one that has a shorter form gets it: no element, or bytes
 * only. After another the tail is to follow.
 */
int etf_end_list(struct bytes *out, size_t start, size_t count, bool proper);
int etf_put_number(struct bytes *out, size_t width, size_t number);
/* Replaces a number of 4 bytes at out->data + at. */
void etf_set_number(struct bytes *out, size_t at, size_t number);
/* A whole external term (131, 80, ...). `term` has no 131. */
int etf_put_compressed(struct bytes *out, const uint8_t *term, size_t len);
/* Notes a failure (fail_because()) as the first one of a term. */
#define etf_refuse(out, ...) bytes_fail(out, fail_because(__VA_ARGS__))
/*
 * Writes the ASCII atoms of `term` as OTP before 26 wrote them, if those of `old`,
 * which it replaces, are written so: fewer bytes change.
 */
int etf_keep_atoms(const struct bytes *old, struct bytes *term);

/* Append decimal text; of a float the shortest that parses to it: 0.1, 1.0e300. */
int etf_print_integer(struct bytes *text, const struct etf_node *node);
int etf_print_float(struct bytes *text, double value);
/*
 * Append the number that all of `text` is; no digit follows it. -EINVAL: it is
 * none; -EFBIG: it has more digits than a chip has room for. Of an integer, it is
 * also term->err.
 */
int etf_parse_integer(struct bytes *term, const char *text, size_t len);
int etf_parse_float(struct bytes *term, const char *text, size_t len);
