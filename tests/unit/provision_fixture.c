/* SPDX-License-Identifier: Apache-2.0 */
#include "provision_fixture.h"

struct provision *new_request(enum provision_target target)
{
	struct provision *request = NULL;

	assert_int_equal(provision_new(target, &request), 0);
	provision_writer(request, true);
	return request;
}

int write_once(struct provision *request, const char *text, size_t len,
	       enum provision_verb *verb)
{
	enum provision_verb word;
	size_t used;
	int err;

	while (len) {
		err = provision_feed(request, text, len, &used, &word);
		if (err < 0)
			return err;
		assert_in_range(used, 1, len);
		if (word != PROVISION_STAGED)
			*verb = word;
		text += used;
		len -= used;
	}
	err = provision_written(request, &word);
	if (err == 0 && word != PROVISION_STAGED)
		*verb = word;
	return err;
}

int write_pieces(struct provision *request, const char *text, size_t len,
		 size_t piece, enum provision_verb *verb)
{
	size_t part;
	int err = 0, end;

	*verb = PROVISION_STAGED;
	for (; len && err == 0; text += part, len -= part) {
		part = len < piece ? len : piece;
		err = write_once(request, text, part, verb);
	}
	end = provision_closed(request);
	return err < 0 ? err : end;
}

int write_text(struct provision *request, const char *text)
{
	enum provision_verb verb;

	return write_pieces(request, text, strlen(text), SIZE_MAX, &verb);
}

int try_text(struct provision *request, const char *text)
{
	int err;

	err = write_text(request, text);
	assert_int_equal(provision_closed(request), 0);
	provision_reset(request);
	return err;
}

void append_file(struct bytes *text, const char *path)
{
	struct bytes file = golden_file(path);

	assert_int_equal(bytes_append(text, file.data, file.len), 0);
	bytes_free(&file);
}

struct bytes whole_request(void)
{
	struct bytes text = BYTES_INIT;

	assert_int_equal(bytes_printf(&text, "serial=N1234\n"
					     "board=B\xc3\xb6"
					     "rd\n\n"
					     "user=00FFa0\n"),
			 0);
	append_file(&text, "signers/y31.cert");
	assert_int_equal(bytes_printf(&text, "chip=0123f1e2D3C4B5A6EE\n"), 0);
	append_file(&text, "signers/y31.key");
	assert_int_equal(bytes_printf(&text, "mode=volatile\n"), 0);
	append_file(&text, "devices/len8.cert");
	assert_int_equal(
		bytes_printf(&text,
			     "encryption-key=%032x\nactivation-key=%032x\n"
			     "commit\n",
			     2, 1),
		0);
	return text;
}
