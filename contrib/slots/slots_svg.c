/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the slots of the chip and the files that show them. */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "otp.h"
#include "slots.h"
#include "zones.h"

#define ROW	   26 /* height, pixels */
#define TOP	   50
#define WIDTH	   760
#define CHIP_X	   20
#define CHIP_WIDTH 470
#define BAR_X	   94
#define BAR_WIDTH  40
#define ROLE_X	   150
#define FILE_X	   570

enum access { SECRET, ONCE, ALWAYS, ACCESS_COUNT };

static const struct {
	const char *colour, *meaning;
} legend[ACCESS_COUNT] = {
	[SECRET] = { "#e8a0a0", "never leaves the chip" },
	[ONCE] = { "#a8c4e8", "written once, at provisioning" },
	[ALWAYS] = { "#b4dcb0", "can be written at any time" },
};

/* The file that shows each slot; NULL: none. */
static const char *const shown_as[SLOT_COUNT] = {
	[0] = "sign",
	[1] = "slots/1",
	[2] = "slots/2",
	[3] = "slots/3",
	[4] = "slots/4",
	[5] = "settings/",
	[6] = "settings/",
	[7] = "settings/",
	[8] = "settings/",
	[9] = "aux/device.pem",
	[10] = "device.pem",
	[11] = "signer.pem",
	[12] = "signer.pem",
	[14] = "aux/signer.pem",
	[15] = "aux/signer.pem",
};

struct row {
	char name[16];
	unsigned int size;
	const char *role, *file;
	enum access access;
};

/*
 * SlotConfig: bit 7 of the first byte is IsSecret. The upper half of the second
 * byte says how it is written; 0 is freely.
 */
static enum access slot_access(const struct slot *slot)
{
	if (slot->slot_config[0] & 0x80)
		return SECRET;
	return slot->slot_config[1] >> 4 == 0 ? ALWAYS : ONCE;
}

static size_t make_rows(struct row *rows)
{
	size_t count = 0;

	for (unsigned int i = 0; i < SLOT_COUNT; i++) {
		const struct slot *slot = &slot_table[i];

		rows[count] = (struct row){ .size = (unsigned int)slot_size(i),
					    .role = slot->role,
					    .file = shown_as[i],
					    .access = slot_access(slot) };
		snprintf(rows[count].name, sizeof(rows[count].name), "slot %u",
			 i);
		count++;
	}
	rows[count++] =
		(struct row){ "config", CONFIG_SIZE, "configuration and locks",
			      "chip/config", ONCE };
	rows[count++] = (struct row){ "OTP", OTP_SIZE,
				      "serial number, board, calibration data",
				      "serial, board, user", ONCE };
	return count;
}

static void draw_text(int x, int y, const char *class, const char *text)
{
	printf("<text x=\"%d\" y=\"%d\"%s%s%s>%s</text>\n", x, y,
	       class ? " class=\"" : "", class ? class : "", class ? "\"" : "",
	       text);
}

static void draw_box(int x, int y, int width, int height, const char *fill)
{
	printf("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"3\" "
	       "fill=\"%s\"/>\n",
	       x, y, width, height, fill);
}

static void draw_row(const struct row *row, int y)
{
	char size[16];

	snprintf(size, sizeof(size), "%u", row->size);
	draw_box(BAR_X, y + 3, BAR_WIDTH, ROW - 6, legend[row->access].colour);
	draw_text(CHIP_X + 10, y + 17, "n", row->name);
	draw_text(BAR_X + 8, y + 17, NULL, size);
	draw_text(ROLE_X, y + 17, NULL, row->role);
}

/* Adjacent rows, first to last, are parts of one file. */
static void draw_file(const struct row *first, const struct row *last, int y)
{
	const int chip = CHIP_X + CHIP_WIDTH;
	const int height = (int)(last - first + 1) * ROW;
	const int middle = y + height / 2;

	for (int at = y + ROW / 2; at < y + height; at += ROW)
		printf("<path d=\"M%d %dC%d %d %d %d %d %d\"/>\n", chip, at,
		       chip + 40, at, FILE_X - 48, middle, FILE_X - 8, middle);
	draw_text(FILE_X, middle + 4, "f", first->file);
}

static bool is_same_file(const struct row *a, const struct row *b)
{
	return a->file && b->file && strcmp(a->file, b->file) == 0;
}

static void draw_rows(const struct row *rows, size_t count)
{
	size_t first = 0;

	for (size_t i = 0; i < count; i++) {
		draw_row(&rows[i], TOP + (int)i * ROW);
		if (i + 1 < count && is_same_file(&rows[i], &rows[i + 1]))
			continue;
		if (rows[i].file)
			draw_file(&rows[first], &rows[i],
				  TOP + (int)first * ROW);
		first = i + 1;
	}
}

static void draw_legend(int y)
{
	int x = CHIP_X;

	for (size_t i = 0; i < ACCESS_COUNT; i++) {
		draw_box(x, y - 11, 14, 14, legend[i].colour);
		draw_text(x + 20, y, NULL, legend[i].meaning);
		x += 40 + 7 * (int)strlen(legend[i].meaning);
	}
}

int main(void)
{
	struct row rows[SLOT_COUNT + 2];
	const size_t count = make_rows(rows);
	const int height = (int)count * ROW;

	printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
	       "height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n"
	       "<!-- SPDX-License-Identifier: Apache-2.0; made by slots_svg -->\n"
	       "<style>.n{font-weight:bold}.f{font-family:monospace;"
	       "font-size:14px}.h{font-size:15px}"
	       "path{fill:none;stroke:#888}</style>\n",
	       WIDTH, TOP + height + 50);
	draw_box(0, 0, WIDTH, TOP + height + 50, "#fff");
	draw_text(CHIP_X, TOP - 18, "h", "The chip's memory, in bytes");
	draw_text(FILE_X, TOP - 18, "h", "The files");
	draw_box(CHIP_X, TOP - 6, CHIP_WIDTH, height + 12, "#f2f2f2");
	draw_rows(rows, count);
	draw_legend(TOP + height + 34);
	puts("</svg>");
	return 0;
}
