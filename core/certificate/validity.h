/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a certificate is valid, as far as its compressed form can say it: from
 * a full hour on, for whole years or for ever. All times are UTC.
 */
#ifndef NK_VALIDITY_H
#define NK_VALIDITY_H

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

/* What fits into format version 0 and, with "extended dates", version 1. */
#define VALIDITY_FIRST_YEAR	    2000
#define VALIDITY_LAST_YEAR	    2031
#define VALIDITY_YEARS		    31
#define VALIDITY_LAST_YEAR_EXTENDED 2127
#define VALIDITY_YEARS_EXTENDED	    127

/* Only format version 1 can say it. */
bool validity_is_extended(const struct validity *validity);

/* -EINVAL with the reason: a begin or an end that is no date, or out of reach. */
int validity_check(const struct validity *validity);

/*
 * From `now` cut to the hour, for `years`. A 29 February whose anniversary is
 * no date gets the most years below that end on one (28 for 31); when there
 * are none, it begins on 28 February at 23:00. -EINVAL: out of reach.
 */
int validity_from_clock(time_t now, unsigned int years, bool extended,
			struct validity *validity);

bool validity_covers(const struct validity *validity, time_t now);

/* From an X.509 Validity. -EINVAL with what does not compress. */
int validity_from_x509(struct der_view x509, struct validity *validity);

/*
 * As X.509 Validity: UTCTime before 2050, GeneralizedTime from then on (RFC
 * 5280, 4.1.2.5), or always for the end of Trust&Go certificates.
 */
void validity_write(struct der_writer *writer, const struct validity *validity,
		    bool generalized_end);

#endif
