/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"

/* clang-format off */
#define KEY		{ { 0x87, 0x20 }, { 0x33, 0x00 } }
#define KEY_VOLATILE	{ { 0x87, 0x20 }, { 0x33, 0x10 } }
#define FREE		{ { 0x0f, 0x0f }, { 0x1c, 0x00 } }
#define DATA		{ { 0x0f, 0x0f }, { 0x3c, 0x00 } }
#define CERT		{ { 0x0f, 0x2f }, { 0x3c, 0x00 } }
#define PUBLIC_KEY	{ { 0x0f, 0x2f }, { 0x30, 0x00 } }
#define ACTIVATION	{ { 0x81, 0x90 }, { 0x78, 0x00 } }
#define ENCRYPTION	{ { 0x81, 0x90 }, { 0x38, 0x10 } }

const struct slot slot_table[SLOT_COUNT] = {
	[0] = { KEY, KEY_VOLATILE, "device private key" },
	[1] = { FREE, ACTIVATION, "free; activation key on volatile parts" },
	[2] = { FREE, ENCRYPTION, "free; encryption key on volatile parts" },
	[3] = { FREE, FREE, "free" },
	[4] = { FREE, FREE, "free" },
	[5] = { FREE, FREE, "settings, fourth part" },
	[6] = { FREE, FREE, "settings, third part" },
	[7] = { FREE, FREE, "settings, second part" },
	[8] = { DATA, DATA, "settings, first part" },
	[9] = { DATA, DATA, "auxiliary device certificate" },
	[10] = { CERT, CERT, "device certificate" },
	[11] = { PUBLIC_KEY, PUBLIC_KEY, "signer public key" },
	[12] = { CERT, CERT, "signer certificate" },
	[13] = { CERT, CERT, "signer serial number, not used" },
	[14] = { DATA, DATA, "auxiliary signer public key" },
	[15] = { DATA, DATA, "auxiliary signer certificate" },
};
/* clang-format on */
