/* SPDX-License-Identifier: Apache-2.0 */
/* Slot and token management of PKCS #11. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "mechanism.h"
#include "module.h"
#include "session.h"
#include "slot.h"

#define MANUFACTURER "Microchip Technology Inc"
#define KEY_BITS     256
#define EC_FLAGS     (CKF_HW | CKF_EC_F_P | CKF_EC_NAMEDCURVE | CKF_EC_UNCOMPRESS)

/*
 * Returns a list as PKCS #11 does: NULL `list` queries the length, a short one
 * gives CKR_BUFFER_TOO_SMALL, and both set `count`.
 */
static ck_rv_t give_list(const unsigned long *from, size_t len,
			 unsigned long *list, unsigned long *count)
{
	unsigned long room = *count;

	*count = len;
	if (!list)
		return CKR_OK;
	if (room < len)
		return CKR_BUFFER_TOO_SMALL;
	memcpy(list, from, len * sizeof(*list));
	return CKR_OK;
}

ck_rv_t C_GetSlotList(unsigned char token_present, ck_slot_id_t *slot_list,
		      unsigned long *count)
{
	ck_slot_id_t found[SLOTS_MAX];
	size_t slots, len = 0;
	ck_rv_t rv = slots_count(&slots);

	if (rv != CKR_OK)
		return rv;
	if (!count)
		return CKR_ARGUMENTS_BAD;
	for (ck_slot_id_t id = 0; id < slots; id++)
		if (!token_present || slot_look(id, SLOT_ASK) == CKR_OK)
			found[len++] = id;
	return give_list(found, len, slot_list, count);
}

ck_rv_t C_GetSlotInfo(ck_slot_id_t slot_id, struct ck_slot_info *info)
{
	SLOT_LOCAL(slot);
	ck_rv_t rv;

	slot_look(slot_id, SLOT_ASK);
	rv = slot_enter(slot_id, &slot);
	if (rv != CKR_OK)
		return rv;
	if (!info)
		return CKR_ARGUMENTS_BAD;
	*info = (struct ck_slot_info){
		.flags = CKF_HW_SLOT | CKF_REMOVABLE_DEVICE,
	};
	if (slot->present)
		info->flags |= CKF_TOKEN_PRESENT;
	pad_text(info->slot_description, sizeof(info->slot_description),
		 slot->path);
	pad_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		 "nerveskeyfs");
	return CKR_OK;
}

/*
 * All chip serials begin with 01 23 and end with ee, so the last digits that
 * fit are used.
 */
static void pad_chip_serial(unsigned char *field, size_t size, const char *hex)
{
	size_t len = strlen(hex);

	pad_text(field, size, len > size ? hex + len - size : hex);
}

static void describe_token(const struct slot *slot, struct ck_token_info *info)
{
	const struct token_status *status = &slot->token->status;
	const struct session *s = NULL;

	*info = (struct ck_token_info){
		.flags = CKF_RNG | CKF_WRITE_PROTECTED,
		.max_session_count = SESSIONS_MAX,
		.max_rw_session_count = SESSIONS_MAX,
		.total_public_memory = CK_UNAVAILABLE_INFORMATION,
		.free_public_memory = CK_UNAVAILABLE_INFORMATION,
		.total_private_memory = CK_UNAVAILABLE_INFORMATION,
		.free_private_memory = CK_UNAVAILABLE_INFORMATION,
	};
	if (token_has_key(slot->token))
		info->flags |= CKF_TOKEN_INITIALIZED;
	pad_text(info->label, sizeof(info->label),
		 status->serial[0] ? status->serial : status->chip_serial);
	pad_text(info->manufacturer_id, sizeof(info->manufacturer_id),
		 MANUFACTURER);
	pad_text(info->model, sizeof(info->model), status->model);
	pad_text(info->utc_time, sizeof(info->utc_time), "");
	pad_chip_serial(info->serial_number, sizeof(info->serial_number),
			status->chip_serial);
	while ((s = session_next(slot, s))) {
		info->session_count++;
		info->rw_session_count += !!(s->flags & CKF_RW_SESSION);
	}
}

ck_rv_t C_GetTokenInfo(ck_slot_id_t slot_id, struct ck_token_info *info)
{
	SLOT_LOCAL(slot);
	ck_rv_t rv = slot_look(slot_id, SLOT_ASK);

	if (rv == CKR_OK)
		rv = slot_enter(slot_id, &slot);
	if (rv != CKR_OK)
		return rv;
	if (!info)
		return CKR_ARGUMENTS_BAD;
	describe_token(slot, info);
	return CKR_OK;
}

/* Reads the mount. Sets `event` when the token came, went or was replaced. */
static ck_rv_t take_event(ck_slot_id_t id, bool *event)
{
	SLOT_LOCAL(slot);
	ck_rv_t rv;

	slot_look(id, SLOT_ASK);
	rv = slot_enter(id, &slot);
	if (rv != CKR_OK)
		return rv;
	*event = slot->event;
	slot->event = false;
	return CKR_OK;
}

/* Blocking would need a thread; callers poll instead. */
ck_rv_t C_WaitForSlotEvent(ck_flags_t flags, ck_slot_id_t *slot, void *reserved)
{
	bool event = false;
	size_t slots;
	ck_rv_t rv = slots_count(&slots);

	if (rv != CKR_OK)
		return rv;
	if (!slot || reserved)
		return CKR_ARGUMENTS_BAD;
	if (!(flags & CKF_DONT_BLOCK))
		return CKR_FUNCTION_NOT_SUPPORTED;
	for (ck_slot_id_t id = 0; id < slots && rv == CKR_OK; id++) {
		rv = take_event(id, &event);
		if (event) {
			*slot = id;
			return CKR_OK;
		}
	}
	return rv == CKR_OK ? CKR_NO_EVENT : rv;
}

ck_rv_t C_GetMechanismList(ck_slot_id_t slot_id,
			   ck_mechanism_type_t *mechanism_list,
			   unsigned long *count)
{
	SLOT_LOCAL(slot);
	ck_rv_t rv = slot_enter_present(slot_id, &slot);

	if (rv != CKR_OK)
		return rv;
	if (!count)
		return CKR_ARGUMENTS_BAD;
	return give_list(mechanism_types, MECHANISM_COUNT, mechanism_list,
			 count);
}

ck_rv_t C_GetMechanismInfo(ck_slot_id_t slot_id, ck_mechanism_type_t type,
			   struct ck_mechanism_info *info)
{
	SLOT_LOCAL(slot);
	const struct mechanism *mechanism;
	ck_rv_t rv = slot_enter_present(slot_id, &slot);

	if (rv != CKR_OK)
		return rv;
	if (!info)
		return CKR_ARGUMENTS_BAD;
	mechanism = mechanism_find(type, CKF_SIGN | CKF_DERIVE);
	if (!mechanism)
		return CKR_MECHANISM_INVALID;
	*info = (struct ck_mechanism_info){ KEY_BITS, KEY_BITS,
					    mechanism->does | EC_FLAGS };
	return CKR_OK;
}

/* Chips are provisioned through the mount, not here. */
ck_rv_t C_InitToken(ck_slot_id_t slot_id, unsigned char *pin,
		    unsigned long pin_len, unsigned char *label)
{
	SLOT_LOCAL(slot);
	ck_rv_t rv = slot_enter_present(slot_id, &slot);

	return rv == CKR_OK ? CKR_TOKEN_WRITE_PROTECTED : rv;
}
