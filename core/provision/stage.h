/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A request while it is being written. Only files of this folder use it. All of
 * it is in pages that are locked into memory and left out of core dumps, because
 * key material passes through every part.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_kind.h"
#include "otp.h"
#include "provision.h"

#define PROVISION_TEXT_MAX 65536 /* bytes of a request, all pieces */
#define PROVISION_LINE_MAX 1024
#define PROVISION_PEM_MAX  3072
#define PROVISION_PIN_MAX  255
#define PROVISION_KEY_S	   300 /* staged key material lives this long */
#define VOLATILE_KEY_SIZE  16

enum item {
	ITEM_SERIAL,
	ITEM_BOARD,
	ITEM_USER,
	ITEM_CHIP,
	ITEM_KEY_URL,
	ITEM_PIN,
	ITEM_PIN_FILE,
	ITEM_MODE,
	ITEM_EXTENDED_DATES,
	ITEM_ACTIVATION_KEY,
	ITEM_ENCRYPTION_KEY,
	ITEM_SIGNER_CERT,
	ITEM_DEVICE_CERT,
	ITEM_SIGNER_KEY,
	ITEM_COUNT
};

#define ITEM_BIT(item) ((uint16_t)(1u << (item)))

/* Never shown, and wiped after PROVISION_KEY_S. A URL can contain a PIN. */
#define SECRET_ITEMS                                                     \
	(ITEM_BIT(ITEM_KEY_URL) | ITEM_BIT(ITEM_PIN) |                   \
	 ITEM_BIT(ITEM_ACTIVATION_KEY) | ITEM_BIT(ITEM_ENCRYPTION_KEY) | \
	 ITEM_BIT(ITEM_SIGNER_KEY))
/* PEM blocks. */
#define PEM_ITEMS                                                  \
	(ITEM_BIT(ITEM_SIGNER_CERT) | ITEM_BIT(ITEM_DEVICE_CERT) | \
	 ITEM_BIT(ITEM_SIGNER_KEY))
/* Not for auxiliary certificates. */
#define PRIMARY_ITEMS                                                         \
	(ITEM_BIT(ITEM_SERIAL) | ITEM_BIT(ITEM_BOARD) | ITEM_BIT(ITEM_USER) | \
	 ITEM_BIT(ITEM_MODE) | ITEM_BIT(ITEM_ACTIVATION_KEY) |                \
	 ITEM_BIT(ITEM_ENCRYPTION_KEY))

/* Values are followed by a NUL that is not counted in `len`. */
struct staged {
	uint16_t present; /* bits by item */
	uint16_t kept;	  /* of those: kept by `begin`, may be replaced */
	uint16_t put_off; /* of those: for a later `begin`, may be replaced */
	uint16_t expired; /* key material that was wiped */
	uint8_t kept_for[CHIP_SERIAL_SIZE]; /* the chip of that `begin` */
	size_t taken;			    /* bytes of text */
	uint16_t len[ITEM_COUNT];
	uint8_t serial[OTP_SERIAL_MAX + 1];
	uint8_t board[OTP_BOARD_MAX + 1];
	uint8_t user[OTP_USER_SIZE + 1];
	uint8_t chip[CHIP_SERIAL_SIZE + 1];
	uint8_t key_url[PROVISION_LINE_MAX + 1];
	uint8_t pin[PROVISION_PIN_MAX + 1];
	uint8_t pin_file[PROVISION_LINE_MAX + 1];
	uint8_t mode[sizeof("volatile")];
	uint8_t extended_dates[sizeof("yes")];
	uint8_t activation_key[VOLATILE_KEY_SIZE + 1];
	uint8_t encryption_key[VOLATILE_KEY_SIZE + 1];
	uint8_t signer_cert[PROVISION_PEM_MAX + 1];
	uint8_t device_cert[PROVISION_PEM_MAX + 1];
	uint8_t signer_key[PROVISION_PEM_MAX + 1];
};

struct provision {
	enum provision_target target;
	bool locked;	/* in memory, so key material may be staged */
	bool open;	/* between the first piece and the writer's close */
	bool refused;	/* a line of this open was refused, so all are */
	bool cut;	/* a writer stopped inside a line: all is refused */
	bool torn;	/* `line` began in an earlier write */
	bool by_root;	/* root writes what is fed */
	bool root_line; /* root wrote all of `line` */
	struct staged staged;
	struct staged before; /* at the open, to go back to */
	char refusal[1024];   /* the first reason */
	int64_t key_since;    /* CLOCK_BOOTTIME seconds; 0: no key material */
	unsigned int line_number;
	struct bytes rest; /* of the text that is fed; not owned */
	size_t line_len;
	size_t pem_len;	     /* 0 outside a PEM block */
	enum item pem_item;  /* ITEM_COUNT: the block is skipped */
	const char *pem_end; /* the line that ends the block */
	char line[PROVISION_LINE_MAX + 1];
	char pem[PROVISION_PEM_MAX + 1];
};

struct item_info {
	const char *name; /* before '=', and in sentences */
	bool is_hex;
	size_t offset; /* in struct staged */
	size_t min, max;
	/* A further check, or NULL; -EINVAL with the reason. */
	int (*check)(const struct provision *request, const char *value);
};

extern const struct item_info item_table[ITEM_COUNT];

static inline bool staged_has(const struct staged *staged, enum item item)
{
	return staged->present & ITEM_BIT(item);
}

static inline const uint8_t *staged_value(const struct staged *staged,
					  enum item item)
{
	return (const uint8_t *)staged + item_table[item].offset;
}

/* The value as bytes, which belong to `staged`: do not free them. */
static inline struct bytes staged_view(const struct staged *staged,
				       enum item item)
{
	return (struct bytes){ (uint8_t *)staged_value(staged, item),
			       staged->len[item], 0, 0 };
}

/* The items that count for this chip: not what `begin` kept for another one. */
uint16_t staged_for(const struct staged *staged,
		    const uint8_t chip_serial[static CHIP_SERIAL_SIZE]);
/* Wipe the items of `mask`. */
void staged_drop(struct staged *staged, uint16_t mask);
/* The items that a commit with `items` still needs, as bits. */
uint16_t staged_missing(const struct staged *staged, uint16_t items);
/* Append to `text` the names of the items in `mask`, with spaces between. */
int item_names(uint16_t mask, struct bytes *text);

/*
 * Stage an item. The sentence names no line: the caller puts it in front, also
 * of those below. -EINVAL: it is staged already. -ENOMEM: a secret, and memory
 * is not locked.
 */
int stage_item(struct provision *request, enum item item, const void *value,
	       size_t len);
/* Stage a "key=value" line. */
int stage_line(struct provision *request, const char *line);

/* 1: the first certificate is a CA's; else 0. -EINVAL: there is none. */
int pem_is_ca(const struct bytes *pem);

#define PEM_BEGIN "-----BEGIN "

/* The BEGIN line of a block, and each further line. */
int pem_begin(struct provision *request, const char *line);
int pem_line(struct provision *request, const char *line);

/*
 * After a commit: wipe everything, so that the same request can be written again.
 * After a failure, what `begin` kept stays.
 */
void request_done(struct provision *request, int err);
/*
 * After `begin` on this chip: keep the lines, but neither certificates, keys,
 * nor lines that were kept for another chip.
 */
void request_keep(struct provision *request,
		  const uint8_t chip_serial[static CHIP_SERIAL_SIZE]);
