/* SPDX-License-Identifier: Apache-2.0 */
/* External terms: 131, then a term, or 80 and a compressed one. */
#include "etf.h"

#include <errno.h>
#include <zlib.h>

#include "error.h"

int etf_check(const uint8_t *data, size_t len, size_t *used)
{
	struct etf_reader reader = { data, len, 0, 0 };
	struct bytes canonical = BYTES_INIT;
	int err = etf_put_canonical(&canonical, &reader);

	bytes_free(&canonical);
	if (used)
		*used = reader.pos;
	else if (err == 0 && reader.pos != len)
		err = fail_because(
			EBADMSG,
			"the term ends after %zu bytes, but %zu were "
			"given: remove the rest",
			reader.pos, len);
	return err;
}

/* `data` begins after the version: 80, the size (32 bits), a zlib stream. */
static int inflate_term(const uint8_t *data, size_t len, struct bytes *term,
			size_t *used)
{
	uLong taken;
	uLongf made;
	size_t size;
	int ret;

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
	/* One more shows an excess. */
	if (bytes_resize(term, size + 1) < 0)
		return term->err;
	taken = len - 5;
	made = size + 1;
	ret = uncompress2(term->data, &made, data + 5, &taken);
	if (ret == Z_MEM_ERROR)
		return -ENOMEM;
	if (ret != Z_OK || made != size)
		return fail_because(
			EBADMSG,
			"the compressed term is damaged: %lu bytes were "
			"unpacked, and %zu are expected",
			made, size);
	*used = 5 + taken;
	return bytes_resize(term, size);
}

int etf_put_compressed(struct bytes *out, const struct bytes *term)
{
	uLongf len = compressBound(term->len);
	size_t start;

	etf_put_number(out, 1, ETF_VERSION);
	etf_put_number(out, 1, TAG_COMPRESSED);
	etf_put_number(out, 4, term->len);
	start = out->len;
	if (bytes_resize(out, start + len) < 0)
		return out->err;
	if (compress2(out->data + start, &len, term->data, term->len,
		      Z_BEST_COMPRESSION) != Z_OK)
		return bytes_fail(out, -ENOMEM);
	return bytes_resize(out, start + len);
}

int etf_unpack(const uint8_t *data, size_t len, struct bytes *term,
	       size_t *used)
{
	struct bytes plain = BYTES_INIT;
	size_t taken = 0, size = 0;
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
	if (data[1] == TAG_COMPRESSED)
		err = inflate_term(data + 1, len - 1, &plain, &taken);
	else
		err = bytes_set(&plain, data + 1, len - 1);
	if (err == 0)
		err = etf_check(plain.data, plain.len, &size);
	if (err == 0)
		err = bytes_resize(&plain, size);
	if (err == 0) {
		bytes_move(term, &plain);
		*used = 1 + (taken ? taken : size);
	}
	bytes_free(&plain);
	return err;
}
