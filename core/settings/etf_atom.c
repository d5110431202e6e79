/* SPDX-License-Identifier: Apache-2.0 */
/* Text of atoms: Latin-1 or UTF-8 in, UTF-8 out. */
#include "etf.h"

#include <errno.h>

#include "error.h"
#include "utf8.h"

int etf_atom_text(const struct etf_node *atom, struct bytes *text)
{
	if (!atom->latin1)
		return bytes_append(text, atom->bytes, atom->len);
	for (size_t i = 0; i < atom->len; i++) {
		uint8_t byte = atom->bytes[i];
		uint8_t two[2] = { (uint8_t)(0xc0 | byte >> 6),
				   (uint8_t)(0x80 | (byte & 0x3f)) };
		int err = byte < 0x80 ? bytes_append(text, &byte, 1)
				      : bytes_append(text, two, 2);

		if (err < 0)
			return err;
	}
	return 0;
}
