/* SPDX-License-Identifier: Apache-2.0 */
/* Files that show one thing as a whole: certificates, names, zones, status. */
#include "nodes.h"

static int item_load(const struct place *at, struct bytes *content)
{
	return nerveskey_get(at->fs->key, at->node->which, content);
}

static int item_stat(const struct place *at, struct stat *st)
{
	ssize_t size = nerveskey_known_size(at->fs->key, at->node->which);

	st->st_size = size < 0 ? 0 : size;
	return 0;
}

/*
 * The kernel may keep what cannot change, unless it is what it kept of another
 * chip or from before provisioning.
 */
static bool item_is_final(const struct place *at)
{
	uint64_t now = nerveskey_generation(at->fs->key);

	return nerveskey_is_final(at->fs->key, at->node->which) &&
	       atomic_exchange(&at->fs->kept[at->node->which], now) == now;
}

/* clang-format off */
#define ITEM_IF(needs_, path_, item)                                          \
	{ .path = path_, .mode = S_IFREG | 0444, .which = item,               \
	  .needs = needs_, .load = item_load, .stat = item_stat,              \
	  .is_final = item_is_final }
#define ITEM(path_, item) ITEM_IF(0, path_, item)
#define OTP(path_, item)  ITEM_IF(1u << NERVESKEY_HAS_OTP, path_, item)
#define AUX(path_, item)  ITEM_IF(1u << NERVESKEY_HAS_AUX, path_, item)

static const struct node rows[] = {
	ITEM("/device.pem", NERVESKEY_DEVICE_CERT),
	ITEM("/signer.pem", NERVESKEY_SIGNER_CERT),
	ITEM("/chain.pem", NERVESKEY_CHAIN),
	ITEM("/pubkey.pem", NERVESKEY_PUBLIC_KEY),
	ITEM("/device.csr", NERVESKEY_REQUEST),
	ITEM("/serial", NERVESKEY_SERIAL),
	OTP("/board", NERVESKEY_BOARD),
	OTP("/user", NERVESKEY_USER),
	ITEM_IF(1u << NERVESKEY_HAS_EUI48, "/eui48", NERVESKEY_EUI48),
	ITEM("/status", NERVESKEY_STATUS),
	ITEM("/metrics", NERVESKEY_METRICS),
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
};
/* clang-format on */

const struct node_rows item_nodes = { rows, sizeof(rows) / sizeof(*rows) };
