/* SPDX-License-Identifier: Apache-2.0 */
#include "request_text.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "error.h"
#include "text.h"

int request_value(const struct bytes *request, const char *what, uint8_t *value,
		  size_t len)
{
	const char *text = bytes_text(request);

	if (request->len == len) {
		memcpy(value, request->data, len);
		return 0;
	}
	if (request->len >= 2 * len &&
	    (request->len == 2 * len || isspace((uint8_t)text[2 * len])) &&
	    hex_decode(text, value, len) == 0)
		return 0;
	return fail_because(EINVAL,
			    "%s is %zu raw bytes or %zu hex digits in one "
			    "write; %zu bytes came that are neither",
			    what, len, 2 * len, request->len);
}
