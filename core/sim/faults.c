/* SPDX-License-Identifier: Apache-2.0 */
#include "faults.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static const struct {
	const char *name;
	enum fault_kind kind;
} fault_names[] = {
	{ "nak", FAULT_NAK },
	{ "crc", FAULT_CRC },
	{ "short", FAULT_SHORT },
	{ "busy", FAULT_BUSY },
	{ "hang", FAULT_HANG },
	{ "stuck", FAULT_STUCK },
	{ "latch07", FAULT_LATCH07 },
	{ "latch08", FAULT_LATCH08 },
	{ "swap", FAULT_SWAP },
	{ "gone", FAULT_GONE },
	{ "cut-before", FAULT_CUT_BEFORE },
	{ "cut-torn", FAULT_CUT_TORN },
	{ "cut", FAULT_CUT_TORN },
	{ "cut-after", FAULT_CUT_AFTER },
};

static int find_kind(const char *name, enum fault_kind *kind)
{
	for (size_t i = 0; i < sizeof(fault_names) / sizeof(fault_names[0]);
	     i++) {
		if (strcmp(fault_names[i].name, name) == 0) {
			*kind = fault_names[i].kind;
			return 0;
		}
	}
	return -EINVAL;
}

static int append(struct faults *faults, const struct fault *fault)
{
	struct fault *list;

	list = realloc(faults->list, (faults->count + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	list[faults->count++] = *fault;
	faults->list = list;
	return 0;
}

static int add_one(struct faults *faults, char *text, uint64_t transfers,
		   uint64_t commands)
{
	char *number = strchr(text, '@'), *argument = strchr(text, '='), *end;
	struct fault fault = { 0 };
	int err;

	if (!number || (argument && argument < number))
		return -EINVAL;
	*number++ = '\0';
	if (argument)
		*argument++ = '\0';
	if (find_kind(text, &fault.kind) < 0 || *number < '1' || *number > '9')
		return -EINVAL;
	errno = 0;
	fault.at = strtoull(number, &end, 10);
	if (errno || *end)
		return -EINVAL;
	fault.at += fault.kind < FAULT_CUT_BEFORE ? transfers : commands;
	if (argument) {
		fault.argument = strdup(argument);
		if (!fault.argument)
			return -ENOMEM;
	}
	err = append(faults, &fault);
	if (err < 0)
		free(fault.argument);
	return err;
}

static void truncate_list(struct faults *faults, size_t count)
{
	while (faults->count > count)
		free(faults->list[--faults->count].argument);
}

int faults_add(struct faults *faults, const char *text, uint64_t transfers,
	       uint64_t commands)
{
	size_t before = faults->count;
	char *copy = strdup(text), *rest = copy, *one;
	int err = copy ? 0 : -ENOMEM;

	while (err == 0 && (one = strsep(&rest, "+ ")))
		if (*one)
			err = add_one(faults, one, transfers, commands);
	if (err < 0)
		truncate_list(faults, before);
	if (err == -EINVAL)
		fail_because(EINVAL,
			     "\"%s\" is not a list of faults: KIND@N, joined "
			     "by +, is expected; README.md of the simulator "
			     "has the kinds",
			     text);
	free(copy);
	return err;
}

void faults_clear(struct faults *faults)
{
	truncate_list(faults, 0);
	free(faults->list);
	*faults = (struct faults){ 0 };
}

const struct fault *faults_at(const struct faults *faults, enum fault_kind kind,
			      uint64_t at)
{
	for (size_t i = 0; i < faults->count; i++)
		if (faults->list[i].kind == kind && faults->list[i].at == at)
			return &faults->list[i];
	return NULL;
}
