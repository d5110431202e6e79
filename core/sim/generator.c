/* SPDX-License-Identifier: Apache-2.0 */
#include "generator.h"

void generator_draw(struct chip *chip, uint8_t *out, size_t len)
{
	static const uint8_t pattern[4] = { 0xff, 0xff, 0x00, 0x00 };

	if (eeprom_config_locked(&chip->eeprom)) {
		sim_random_draw(&chip->random, out, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		out[i] = pattern[i % sizeof(pattern)];
}
