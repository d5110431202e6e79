/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The validity period of a certificate, as far as its compressed form can
 * express it: from a full hour, for whole years or for ever. All times are UTC.
 */
#pragma once

#include <stdbool.h>
#include <time.h>

#include "der.h"

struct date {
	unsigned int year, month, day, hour;
};

struct validity {
	struct date issue;
	unsigned int years; /* 0: until 99991231235959Z */
};

/* The range of format version 0 and, with "extended dates", of version 1. */
#define VALIDITY_FIRST_YEAR	    2000
#define VALIDITY_LAST_YEAR	    2031
#define VALIDITY_YEARS		    31
#define VALIDITY_LAST_YEAR_EXTENDED 2127
#define VALIDITY_YEARS_EXTENDED	    127

/* Whether the period needs format version 1. */
bool validity_is_extended(const struct validity *validity);

/* -EINVAL with the reason: the begin or end is no date or out of range. */
int validity_check(const struct validity *validity);

/*
 * Sets `validity`: from `now`, cut to the hour, for `years`. From 29 February
 * it takes the largest number of years, at most `years`, that ends on a 29
 * February (28 for 31). When there is none, it starts on 28 February at 23:00.
 * -EINVAL: out of range.
 */
int validity_from_clock(time_t now, unsigned int years, bool extended,
			struct validity *validity);

bool validity_covers(const struct validity *validity, time_t now);

/*
 * Sets `validity` from an X.509 Validity. -EINVAL, with every part that does not
 * compress. -ENOMEM.
 */
int validity_from_x509(struct der_view x509, struct validity *validity);

/*
 * Appends an X.509 Validity: UTCTime before 2050, GeneralizedTime from then on
 * (RFC 5280, 4.1.2.5). The end of a Trust&Go certificate is always
 * GeneralizedTime.
 */
void validity_write(struct bytes *out, const struct validity *validity,
		    bool generalized_end);
