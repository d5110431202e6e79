/* SPDX-License-Identifier: Apache-2.0 */
#include "session.h"

uint64_t atecc_now_us(const struct atecc *chip)
{
	return chip->bus->ops->now_us(chip->bus);
}

uint64_t atecc_remaining_us(const struct atecc *chip)
{
	uint64_t now = atecc_now_us(chip);

	return now < chip->deadline_us ? chip->deadline_us - now : 0;
}

bool session_is_late(const struct atecc *chip)
{
	return atecc_remaining_us(chip) == 0;
}

bool session_is_silence(const uint8_t *data, size_t len)
{
	while (len > 0 && data[len - 1] == 0xff)
		len--;
	return len == 0;
}

void session_shuffle(struct atecc *chip)
{
	unsigned int count;

	/* Any generator serves here. This is ranqd1 of Numerical Recipes. */
	chip->shuffle = chip->shuffle * 1664525 + 1013904223;
	count = chip->shuffle >> 30;
	while (count-- > 0 && !session_is_late(chip))
		chip->bus->ops->word(chip->bus, WORD_RESET);
}
