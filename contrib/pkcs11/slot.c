/* SPDX-License-Identifier: Apache-2.0 */
#include "slot.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "module.h"

#define MOUNT_LIST    "/etc/nerveskeyfs/mounts"
#define DEFAULT_MOUNT "/mnt/nerveskey"

static struct slot slots[SLOTS_MAX];
static size_t slot_count;

/* What a request needs from its slot without the lock. */
struct errand {
	char path[MOUNT_PATH_MAX];
	struct token_status status; /* empty without a token */
	bool present;
};

static ck_rv_t add_slot(const char *path, size_t len)
{
	struct slot *slot = &slots[slot_count];

	if (slot_count == SLOTS_MAX || len >= sizeof(slot->path))
		return CKR_ARGUMENTS_BAD;
	memset(slot, 0, sizeof(*slot));
	memcpy(slot->path, path, len);
	slot->id = slot_count++;
	return CKR_OK;
}

/* Adds paths that colons separate. Empty ones are skipped. */
static ck_rv_t add_slots(const char *paths)
{
	ck_rv_t rv = CKR_OK;
	size_t len;

	while (*paths && rv == CKR_OK) {
		len = strcspn(paths, ":");
		if (len)
			rv = add_slot(paths, len);
		paths += len;
		paths += *paths == ':';
	}
	return rv;
}

/* Reads one path from each line. Lines that begin with # are comments. */
static ck_rv_t add_listed_slots(void)
{
	char line[MOUNT_PATH_MAX + 1];
	FILE *list = fopen(MOUNT_LIST, "re");
	ck_rv_t rv = list ? CKR_OK : rv_from_errno(-errno);
	size_t len;

	if (!list)
		return rv == CKR_HOST_MEMORY ? rv : CKR_OK;
	while (rv == CKR_OK && fgets(line, sizeof(line), list)) {
		len = strcspn(line, "\n");
		if (len && line[0] != '#')
			rv = add_slot(line, len);
	}
	fclose(list);
	return rv;
}

/*
 * Does not use the configuration that p11-kit can pass: GnuTLS, which may load
 * this module through p11-kit, drops it.
 */
ck_rv_t slots_init(void)
{
	const char *paths = secure_getenv("NERVESKEY_MOUNT");
	ck_rv_t rv = paths ? add_slots(paths) : CKR_OK;

	if (rv == CKR_OK && slot_count == 0)
		rv = add_listed_slots();
	if (rv == CKR_OK && slot_count == 0)
		rv = add_slots(DEFAULT_MOUNT);
	if (rv != CKR_OK)
		slots_clear();
	return rv;
}

void slots_clear(void)
{
	for (size_t i = 0; i < slot_count; i++)
		token_free(slots[i].token);
	memset(slots, 0, sizeof(slots));
	slot_count = 0;
}

ck_rv_t slots_count(size_t *count)
{
	ck_rv_t rv = module_enter();

	if (rv != CKR_OK)
		return rv;
	*count = slot_count;
	module_leave();
	return CKR_OK;
}

void slot_leave(struct slot **slot)
{
	if (*slot)
		module_leave();
	*slot = NULL;
}

ck_rv_t slot_enter(ck_slot_id_t id, struct slot **slot)
{
	ck_rv_t rv = module_enter();

	if (rv != CKR_OK)
		return rv;
	if (id >= slot_count) {
		module_leave();
		return CKR_SLOT_ID_INVALID;
	}
	*slot = &slots[id];
	return CKR_OK;
}

ck_rv_t slot_enter_present(ck_slot_id_t id, struct slot **slot)
{
	ck_rv_t rv = slot_enter(id, slot);

	if (rv != CKR_OK || (*slot)->present)
		return rv;
	slot_leave(slot);
	rv = slot_look(id, SLOT_ASK);
	if (rv == CKR_OK)
		rv = slot_enter(id, slot);
	return rv;
}

static ck_rv_t prepare(ck_slot_id_t id, struct errand *errand)
{
	SLOT_LOCAL(slot);
	ck_rv_t rv = slot_enter(id, &slot);

	if (rv != CKR_OK)
		return rv;
	*errand = (struct errand){ .present = slot->present };
	memcpy(errand->path, slot->path, sizeof(errand->path));
	if (slot->token)
		errand->status = slot->token->status;
	return CKR_OK;
}

/* Gives the slot the token `fresh`; NULL: the token is gone. */
static void settle(ck_slot_id_t id, struct token *fresh)
{
	SLOT_LOCAL(slot);
	struct token *old;

	if (slot_enter(id, &slot) != CKR_OK) {
		token_free(fresh);
		return;
	}
	/* The first result is no event: the token was there before. */
	slot->event |= slot->looked && slot->present != (fresh != NULL);
	slot->looked = true;
	slot->present = fresh != NULL;
	if (!fresh)
		return;
	old = slot->token;
	if (!old ||
	    strcmp(old->status.chip_serial, fresh->status.chip_serial) != 0) {
		slot->chip++;
		slot->event |= old != NULL;
	}
	token_free(old);
	slot->token = fresh;
}

ck_rv_t slot_look(ck_slot_id_t id, enum slot_look look)
{
	const struct token_status *known;
	struct token *fresh = NULL;
	struct errand errand;
	ck_rv_t rv = prepare(id, &errand);

	if (rv != CKR_OK)
		return rv;
	known = look == SLOT_READ && errand.present ? &errand.status : NULL;
	rv = rv_from_errno(token_load(errand.path, known, &fresh));
	/* After a bus error the slot keeps what it knows of the chip. */
	if (rv == CKR_DEVICE_ERROR || rv == CKR_HOST_MEMORY)
		return rv;
	settle(id, fresh);
	return rv == CKR_OK ? CKR_OK : CKR_TOKEN_NOT_PRESENT;
}

/* After a request: drops the token when the chip is gone or replaced. */
static ck_rv_t conclude(ck_slot_id_t id, int err)
{
	ck_rv_t rv = rv_from_errno(err);

	if (rv == CKR_DEVICE_REMOVED)
		settle(id, NULL);
	return rv;
}

ck_rv_t slot_ask(ck_slot_id_t id, const struct question *question)
{
	struct errand errand;
	ck_rv_t rv = prepare(id, &errand);
	int err;

	if (rv != CKR_OK)
		return rv;
	err = mount_is_chip(errand.path, errand.status.chip_serial);
	if (err == 0)
		err = mount_ask(errand.path, question);
	return conclude(id, err);
}

ck_rv_t slot_random(ck_slot_id_t id, uint8_t *random, size_t len)
{
	struct errand errand;
	ck_rv_t rv = prepare(id, &errand);

	if (rv != CKR_OK)
		return rv;
	return conclude(id, mount_fill(errand.path, "random", random, len));
}
