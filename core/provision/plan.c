/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <errno.h>
#include <string.h>

int plan_public_key(struct atecc *chip, uint8_t public_key[static 64])
{
	int err;

	err = atecc_public_key(chip, SLOT_DEVICE_KEY, public_key);
	if (err == -EPERM)
		err = atecc_public_key(chip, SLOT_DEVICE_KEY, public_key);
	return err == -EPERM ? -ENODATA : err;
}

struct certificate_device plan_device(const struct plan *plan,
				      const uint8_t public_key[static 64])
{
	return (struct certificate_device){
		.public_key = public_key,
		.serial = plan->identity.serial,
		.serial_len = plan->identity.serial_len,
		.chip_serial = plan->chip_serial,
	};
}

void plan_put(struct plan *plan, unsigned int slot, const uint8_t *data,
	      size_t len)
{
	plan->slots[slot] = (struct bytes){ (uint8_t *)data, len, 0, 0 };
}

void plan_slot(const struct plan *plan, unsigned int slot,
	       uint8_t content[static SLOT_SIZE_MAX])
{
	const struct bytes *want = &plan->slots[slot];

	memset(content, 0, SLOT_SIZE_MAX);
	if (want->len)
		memcpy(content, want->data, want->len);
}
