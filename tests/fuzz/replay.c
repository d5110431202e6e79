/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay PATH...: a target in builds without libFuzzer. Files, and those in
 * directories, are given to it one by one; each is a test case.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

struct list {
	char **path;
	size_t count;
};

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void add(struct list *list, const char *path)
{
	list->path = realloc(list->path, (list->count + 1) * sizeof(char *));
	REQUIRE(list->path);
	list->path[list->count] = strdup(path);
	REQUIRE(list->path[list->count++]);
}

static void collect(struct list *list, const char *path)
{
	struct dirent **entries;
	struct stat info;
	char inner[4096];
	int count;

	REQUIRE(stat(path, &info) == 0);
	if (!S_ISDIR(info.st_mode)) {
		add(list, path);
		return;
	}
	count = scandir(path, &entries, is_visible, alphasort);
	REQUIRE(count >= 0);
	for (int i = 0; i < count; i++) {
		snprintf(inner, sizeof(inner), "%s/%s", path,
			 entries[i]->d_name);
		collect(list, inner);
		free(entries[i]);
	}
	free(entries);
}

/* In an allocation of its exact size, so that a read past it is seen. */
static void replay(const char *path)
{
	FILE *file = fopen(path, "rbe");
	struct stat info;
	uint8_t *data;
	size_t size;

	REQUIRE(file && fstat(fileno(file), &info) == 0);
	size = (size_t)info.st_size;
	data = malloc(size ? size : 1);
	REQUIRE(data && fread(data, 1, size, file) == size);
	fclose(file);
	REQUIRE(LLVMFuzzerTestOneInput(data, size) == 0);
	free(data);
}

__attribute__((weak)) int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	return 0;
}

int main(int argc, char **argv)
{
	struct list list = { NULL, 0 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	LLVMFuzzerInitialize(&argc, &argv);
	for (int i = 1; i < argc; i++)
		collect(&list, argv[i]);
	printf("1..%zu\n", list.count);
	for (size_t i = 0; i < list.count; i++) {
		replay(list.path[i]);
		printf("ok %zu - %s\n", i + 1, strrchr(list.path[i], '/') + 1);
		free(list.path[i]);
	}
	free(list.path);
	return 0;
}
