/* SPDX-License-Identifier: Apache-2.0 */
#include "der.h"

#include <errno.h>
#include <string.h>

void der_value(struct bytes *out, uint8_t tag, const void *value, size_t len)
{
	size_t opened = der_open(out, tag);

	bytes_append(out, value, len);
	der_close(out, opened);
}

size_t der_open(struct bytes *out, uint8_t tag)
{
	const uint8_t start[2] = { tag, 0 };

	bytes_append(out, start, sizeof(start));
	return out->len;
}

void der_close(struct bytes *out, size_t opened)
{
	size_t len = out->len - opened, more = 0;

	for (size_t rest = len; len >= 0x80 && rest; rest >>= 8)
		more++;
	if (bytes_resize(out, out->len + more) < 0)
		return;
	memmove(out->data + opened + more, out->data + opened, len);
	out->data[opened - 1] = (uint8_t)(more ? 0x80 | more : len);
	for (size_t i = more; i > 0; i--, len >>= 8)
		out->data[opened + i - 1] = (uint8_t)len;
}

void der_unsigned(struct bytes *out, const uint8_t *number, size_t len)
{
	size_t opened = der_open(out, DER_INTEGER);

	while (len > 0 && number[0] == 0) {
		number++;
		len--;
	}
	if (len == 0 || number[0] & 0x80)
		bytes_append(out, "", 1);
	bytes_append(out, number, len);
	der_close(out, opened);
}

bool der_equal(const struct der_view *a, const struct der_view *b)
{
	return der_is(a, b->data, b->len);
}

bool der_is(const struct der_view *view, const void *data, size_t len)
{
	return view->len == len &&
	       (len == 0 || memcmp(view->data, data, len) == 0);
}

/* Sets *field to the size of the length field, and *len to its value. */
static int read_length(const struct der_view *in, size_t *field, size_t *len)
{
	size_t count, value = 0;

	if (in->len < 2)
		return -EINVAL;
	if (in->data[1] < 0x80) {
		*field = 1;
		*len = in->data[1];
		return 0;
	}
	count = in->data[1] & 0x7f;
	if (count == 0 || count > 3 || in->len < 2 + count)
		return -EINVAL;
	for (size_t i = 0; i < count; i++)
		value = value << 8 | in->data[2 + i];
	if (value < 0x80 || value >> (8 * (count - 1)) == 0)
		return -EINVAL;
	*field = 1 + count;
	*len = value;
	return 0;
}

static int read_element(struct der_view *in, struct der_view *element,
			struct der_view *value)
{
	size_t field, len;
	int err;

	err = read_length(in, &field, &len);
	if (err < 0)
		return err;
	if (len > in->len - 1 - field)
		return -EINVAL;
	*element = (struct der_view){ in->data, 1 + field + len };
	*value = (struct der_view){ in->data + 1 + field, len };
	in->data += element->len;
	in->len -= element->len;
	return 0;
}

int der_read(struct der_view *in, uint8_t tag, struct der_view *value)
{
	struct der_view element;

	if (in->len == 0 || in->data[0] != tag)
		return -EINVAL;
	return read_element(in, &element, value);
}

int der_read_whole(struct der_view *in, struct der_view *element)
{
	struct der_view value;

	return read_element(in, element, &value);
}

int der_read_unsigned(struct der_view *in, uint8_t *number, size_t len)
{
	struct der_view value;
	int err;

	err = der_read(in, DER_INTEGER, &value);
	if (err < 0)
		return err;
	if (value.len == 0 || value.data[0] & 0x80)
		return -EINVAL;
	if (value.len > 1 && value.data[0] == 0) {
		if (!(value.data[1] & 0x80))
			return -EINVAL;
		value.data++;
		value.len--;
	}
	if (value.len > len)
		return -EINVAL;
	memset(number, 0, len - value.len);
	memcpy(number + len - value.len, value.data, value.len);
	return 0;
}
