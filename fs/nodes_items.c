/* SPDX-License-Identifier: Apache-2.0 */
/* Files that show an item: certificates, names, zones, status. */
#include "nodes.h"

#include "look.h"

static struct content *known_item(const struct view *view,
				  const struct node *node, unsigned int param)
{
	return view->key->item[node->which + param];
}

static bool item_is_missing(const struct view *view, const struct node *node,
			    unsigned int param)
{
	return view->key->missing[node->which + param];
}

static int load_item(struct chip *chip, struct request *request)
{
	return nerveskey_get(chip->key, request->node->which + request->param,
			     &request->reply);
}

static struct content *known_status(const struct view *view,
				    const struct node *node, unsigned int param)
{
	(void)node;
	(void)param;
	return view->key->status;
}

/* Look at the chip, and load the item again if the look has dropped it. */
static int renew_item(struct chip *chip, struct request *request)
{
	look_again(chip, request);
	return load_item(chip, request);
}

/* `status` shows whether a chip is present: look again soon if none was. */
static bool status_is_old(const struct view *view)
{
	return look_at_slots_is_due(view) ||
	       ((!view->key->present || !view->key->looked_at) &&
		now_ms() >= view->key->look_ms);
}

/* clang-format off */
#define ITEM_IF(needs_, path_, item, is_old_)                                 \
	{ .path = path_, .mode = S_IFREG | 0444, .which = item,               \
	  .needs = needs_, .known = known_item, .load = load_item,            \
	  .is_missing = item_is_missing,                                      \
	  .is_old = is_old_, .renew = renew_item }
#define ITEM(path_, item) ITEM_IF(0, path_, item, look_is_due)
#define OTP(path_, item)                                                      \
	ITEM_IF(1u << NERVESKEY_HAS_OTP, path_, item, look_is_due)
#define AUX(path_, item)                                                      \
	ITEM_IF(1u << NERVESKEY_HAS_AUX, path_, item, look_at_slots_is_due)

static const struct node rows[] = {
	ITEM("/device.pem", NERVESKEY_DEVICE_CERT),
	ITEM("/signer.pem", NERVESKEY_SIGNER_CERT),
	ITEM("/chain.pem", NERVESKEY_CHAIN),
	ITEM("/pubkey.pem", NERVESKEY_PUBLIC_KEY),
	ITEM("/device.csr", NERVESKEY_REQUEST),
	ITEM("/serial", NERVESKEY_SERIAL),
	OTP("/board", NERVESKEY_BOARD),
	OTP("/user", NERVESKEY_USER),
	ITEM_IF(1u << NERVESKEY_HAS_EUI48, "/eui48", NERVESKEY_EUI48,
		look_is_due),
	{ .path = "/status", .mode = S_IFREG | 0444, .known = known_status,
	  .is_old = status_is_old, .renew = look_again },
	{ .path = "/metrics", .mode = S_IFREG | 0444, .is_volatile = true,
	  .render = nerveskey_metrics },
	AUX("/aux/device.pem", NERVESKEY_AUX_DEVICE_CERT),
	AUX("/aux/signer.pem", NERVESKEY_AUX_SIGNER_CERT),
	AUX("/aux/chain.pem", NERVESKEY_AUX_CHAIN),
	ITEM("/chip/serial", NERVESKEY_CHIP_SERIAL),
	ITEM("/chip/model", NERVESKEY_CHIP_MODEL),
	ITEM("/chip/revision", NERVESKEY_CHIP_REVISION),
	ITEM("/chip/address", NERVESKEY_CHIP_ADDRESS),
	ITEM("/chip/config", NERVESKEY_CHIP_CONFIG),
	ITEM("/chip/otp", NERVESKEY_CHIP_OTP),
	ITEM("/chip/locks", NERVESKEY_CHIP_LOCKS),
	ITEM("/keys/#/pubkey.pem", NERVESKEY_KEY_PUBLIC_KEY),
	ITEM("/keys/#/device.csr", NERVESKEY_KEY_REQUEST),
};
/* clang-format on */

const struct node_rows item_nodes = { rows, sizeof(rows) / sizeof(*rows) };
