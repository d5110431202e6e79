/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"

/* clang-format off */
#define KEY		{ 0x87, 0x20 }, { 0x33, 0x00 }
#define KEY_VOLATILE	{ 0x87, 0x20 }, { 0x33, 0x10 }
#define FREE		{ 0x0f, 0x0f }, { 0x1c, 0x00 }
#define DATA		{ 0x0f, 0x0f }, { 0x3c, 0x00 }
#define CERT		{ 0x0f, 0x2f }, { 0x3c, 0x00 }
#define PUBLIC_KEY	{ 0x0f, 0x2f }, { 0x30, 0x00 }
#define ACTIVATION	{ 0x81, 0x90 }, { 0x78, 0x00 }
#define ENCRYPTION	{ 0x81, 0x90 }, { 0x38, 0x10 }

const struct slot slot_table[SLOT_COUNT] = {
	[0] = { 36, KEY, KEY_VOLATILE, "device private key", "sign" },
	[1] = { 36, FREE, ACTIVATION,
		"free; activation key on volatile parts", "slots/1" },
	[2] = { 36, FREE, ENCRYPTION,
		"free; encryption key on volatile parts", "slots/2" },
	[3] = { 36, FREE, FREE, "free", "slots/3" },
	[4] = { 36, FREE, FREE, "free", "slots/4" },
	[5] = { 36, FREE, FREE, "settings, fourth part", "settings/" },
	[6] = { 36, FREE, FREE, "settings, third part", "settings/" },
	[7] = { 36, FREE, FREE, "settings, second part", "settings/" },
	[8] = { 416, DATA, DATA, "settings, first part", "settings/" },
	[9] = { 72, DATA, DATA,
		"auxiliary device certificate", "aux/device.pem" },
	[10] = { 72, CERT, CERT, "device certificate", "device.pem" },
	[11] = { 72, PUBLIC_KEY, PUBLIC_KEY,
		 "signer public key", "signer.pem" },
	[12] = { 72, CERT, CERT, "signer certificate", "signer.pem" },
	[13] = { 72, CERT, CERT, "signer serial number, not used", NULL },
	[14] = { 72, DATA, DATA,
		 "auxiliary signer public key", "aux/signer.pem" },
	[15] = { 72, DATA, DATA,
		 "auxiliary signer certificate", "aux/signer.pem" },
};
/* clang-format on */
