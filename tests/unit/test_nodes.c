/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A node table with a number in the middle of its paths: the rows below that
 * number have it as their parameter, and files of two numbers are two files.
 */
#include "golden.h"

#include <errno.h>

#include "inodes.h"
#include "snapshot.h"

static bool has_key(const struct view *view, const struct node *node,
		    unsigned int key)
{
	(void)view;
	(void)node;
	return key == 0 || key == 3;
}

static bool can_agree(const struct view *view, const struct node *node,
		      unsigned int key)
{
	(void)view;
	(void)node;
	return key == 3;
}

static bool ends_with(const char *name, const char *end)
{
	const char *found = strstr(name, end);

	return found && !found[strlen(end)];
}

enum { KEYS, KEY, SIGN, ECDH, SIGNATURES, SIGNATURE };

static const struct node rows[] = {
	[KEYS] = { .path = "/keys", .mode = S_IFDIR | 0755 },
	[KEY] = { .path = "/keys/#",
		  .mode = S_IFDIR | 0755,
		  .exists = has_key },
	[SIGN] = { .path = "/keys/#/sign", .mode = S_IFREG | 0660 },
	[ECDH] = { .path = "/keys/#/ecdh",
		   .mode = S_IFREG | 0660,
		   .exists = can_agree },
	[SIGNATURES] = { .path = "/keys/#/signatures", .mode = S_IFDIR | 0770 },
	[SIGNATURE] = { .path = "/keys/#/signatures/*.b",
			.mode = S_IFREG | 0440,
			.match = ends_with,
			.is_private = true },
};

const struct node_rows item_nodes = { rows, sizeof(rows) / sizeof(*rows) };
const struct node_rows request_nodes, signature_nodes, settings_nodes,
	slot_nodes;

static struct nerveskey_snapshot snapshot;
static const struct view view = { .key = &snapshot };

static const struct node *find(const struct node *parent, unsigned int *param,
			       const char *name)
{
	return nodes_find(&view, parent, name, param);
}

static void test_rows_below_a_number_have_it(void **state)
{
	unsigned int param = 0;

	assert_ptr_equal(find(&rows[KEYS], &param, "3"), &rows[KEY]);
	assert_int_equal(param, 3);
	assert_ptr_equal(find(&rows[KEY], &param, "signatures"),
			 &rows[SIGNATURES]);
	assert_ptr_equal(find(&rows[SIGNATURES], &param, "x.b"),
			 &rows[SIGNATURE]);
	assert_null(find(&rows[SIGNATURES], &param, "x.a"));
	assert_int_equal(param, 3);
	(void)state;
}

static void test_a_number_decides_what_exists(void **state)
{
	unsigned int param = 0;

	assert_null(find(&rows[KEYS], &param, "1"));
	assert_null(find(&rows[KEYS], &param, "03"));
	assert_null(find(&rows[KEY], &param, "ecdh"));
	param = 3;
	assert_ptr_equal(find(&rows[KEY], &param, "ecdh"), &rows[ECDH]);
	(void)state;
}

/* `want`: the names, each with a NUL behind it. */
static void assert_listed(const struct node *parent, unsigned int param,
			  const char *want, size_t len)
{
	struct bytes names = BYTES_INIT;

	nodes_list(&view, parent, param, &names);
	assert_int_equal(names.len, len);
	assert_memory_equal(names.data, want, len);
	bytes_free(&names);
}

#define ASSERT_LISTED(parent, param, want) \
	assert_listed(parent, param, want, sizeof(want) - 1)

static void test_listings_go_by_the_number(void **state)
{
	ASSERT_LISTED(&rows[KEYS], 0, "0\0003\0");
	ASSERT_LISTED(&rows[KEY], 0, "sign\0signatures\0");
	ASSERT_LISTED(&rows[KEY], 3, "sign\0ecdh\0signatures\0");
	(void)state;
}

static uint64_t number(int row, unsigned int param, const char *name)
{
	return inode_number(&(struct inode){
		.node = &rows[row], .param = param, .name = name });
}

static void test_two_numbers_are_two_files(void **state)
{
	assert_int_not_equal(number(SIGN, 0, NULL), number(SIGN, 3, NULL));
	assert_int_not_equal(number(SIGNATURE, 0, "x.b"),
			     number(SIGNATURE, 3, "x.b"));
	(void)state;
}

static void test_a_look_at_who_is_there_is_none_at_the_slots(void **state)
{
	snapshot.looked_ms = now_ms();
	snapshot.slots_ms = now_ms();
	assert_false(look_is_due(&view));
	assert_false(look_at_slots_is_due(&view));
	snapshot.slots_ms -= 2 * BELIEVED_MS;
	assert_false(look_is_due(&view));
	assert_true(look_at_slots_is_due(&view));
	snapshot.looked_ms -= 2 * BELIEVED_MS;
	assert_true(look_is_due(&view));
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows_below_a_number_have_it),
		cmocka_unit_test(test_a_number_decides_what_exists),
		cmocka_unit_test(test_listings_go_by_the_number),
		cmocka_unit_test(test_two_numbers_are_two_files),
		cmocka_unit_test(
			test_a_look_at_who_is_there_is_none_at_the_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
