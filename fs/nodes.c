/* SPDX-License-Identifier: Apache-2.0 */
#include "nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "look.h"
#include "nerveskey.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MOST_NUMBER  32

const struct node root_node = { .path = "", .mode = S_IFDIR | 0755 };

static bool key_exists(const struct view *view, const struct node *node,
		       unsigned int slot)
{
	return view->key->keys >> slot & 1;
}

static const struct node directories[] = {
	{ .path = "/aux",
	  .mode = S_IFDIR | 0755,
	  .needs = 1u << NERVESKEY_HAS_AUX },
	{ .path = "/chip", .mode = S_IFDIR | 0755 },
	{ .path = "/keys",
	  .mode = S_IFDIR | 0755,
	  .needs = 1u << NERVESKEY_HAS_KEYS },
	{ .path = "/keys/#", .mode = S_IFDIR | 0755, .exists = key_exists },
};

static const struct node_rows directory_nodes = { directories,
						  COUNT(directories) };

static const struct node_rows *const tables[] = {
	&directory_nodes, &item_nodes,	   &request_nodes,
	&signature_nodes, &settings_nodes, &slot_nodes,
};

/* The part of `path` after "PARENT/"; NULL if it has another parent. */
static const char *child_pattern(const struct node *parent,
				 const struct node *node)
{
	size_t len = strlen(parent->path);
	const char *rest = node->path + len;

	if (strncmp(node->path, parent->path, len) != 0 || rest[0] != '/' ||
	    rest[1] == '\0' || strchr(rest + 1, '/'))
		return NULL;
	return rest + 1;
}

/* Sets *number. Only the spelling that a listing has is a number. */
static bool parse_number(const char *name, unsigned int *number)
{
	char spelling[12];

	*number = (unsigned int)strtoul(name, NULL, 10);
	snprintf(spelling, sizeof(spelling), "%u", *number);
	return *number < MOST_NUMBER && strcmp(name, spelling) == 0;
}

/* Whether the part that answers supports the row. */
static bool exists(const struct view *view, const struct node *node,
		   unsigned int param)
{
	return (node->needs & ~view->key->features) == 0 &&
	       (!node->exists || node->exists(view, node, param));
}

static bool matches(const struct node *node, const char *pattern,
		    const char *name, unsigned int *param)
{
	if (strcmp(pattern, "#") == 0)
		return parse_number(name, param);
	if (*pattern == '*')
		return node->match(name, pattern + 1);
	return strcmp(pattern, name) == 0;
}

const struct node *nodes_find(const struct view *view,
			      const struct node *parent, const char *name,
			      unsigned int *param)
{
	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct node *node = &tables[t]->rows[i];
			const char *pattern = child_pattern(parent, node);
			unsigned int number = *param;

			if (!pattern ||
			    !matches(node, pattern, name, &number) ||
			    !exists(view, node, number))
				continue;
			*param = number;
			return node;
		}
	return NULL;
}

static void list_numbers(const struct view *view, const struct node *node,
			 struct bytes *names)
{
	for (unsigned int i = 0; i < MOST_NUMBER; i++)
		if (exists(view, node, i))
			bytes_printf(names, "%u%c", i, '\0');
}

void nodes_list(const struct view *view, const struct node *parent,
		unsigned int param, struct bytes *names)
{
	for (size_t t = 0; t < COUNT(tables); t++)
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct node *node = &tables[t]->rows[i];
			const char *pattern = child_pattern(parent, node);

			if (!pattern || *pattern == '*')
				continue;
			if (strcmp(pattern, "#") == 0)
				list_numbers(view, node, names);
			else if (exists(view, node, param))
				bytes_append(names, pattern,
					     strlen(pattern) + 1);
		}
}

unsigned int node_number(const struct node *node)
{
	unsigned int before = 2;

	for (size_t t = 0; t < COUNT(tables); t++) {
		if (node >= tables[t]->rows &&
		    node < tables[t]->rows + tables[t]->count)
			return before + (unsigned int)(node - tables[t]->rows);
		before += (unsigned int)tables[t]->count;
	}
	return 1;
}

unsigned int request_key(const struct request *request)
{
	return strncmp(request->node->path, "/keys/", 6) == 0
		       ? request->param
		       : NERVESKEY_MAIN_KEY;
}

int look_again(struct chip *chip, struct request *request)
{
	nerveskey_look(chip->key);
	return 0;
}
