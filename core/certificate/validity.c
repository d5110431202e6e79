/* SPDX-License-Identifier: Apache-2.0 */
#include "validity.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"
#include "reasons.h"

static const char forever[] = "99991231235959Z";

static bool is_leap(unsigned int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool date_exists(const struct date *date)
{
	static const unsigned char days[] = { 31, 28, 31, 30, 31, 30,
					      31, 31, 30, 31, 30, 31 };
	unsigned int last;

	if (date->month < 1 || date->month > 12 || date->hour > 23)
		return false;
	last = days[date->month - 1];
	if (date->month == 2 && is_leap(date->year))
		last++;
	return date->day >= 1 && date->day <= last;
}

static struct date end_of(const struct validity *validity)
{
	struct date end = validity->issue;

	end.year += validity->years;
	return end;
}

static int no_date(const char *which, const struct date *date)
{
	return fail_because(EINVAL, "%s %04u-%02u-%02u %02u h is no date",
			    which, date->year, date->month, date->day,
			    date->hour);
}

bool validity_is_extended(const struct validity *validity)
{
	return validity->issue.year > VALIDITY_LAST_YEAR ||
	       validity->years > VALIDITY_YEARS;
}

int validity_check(const struct validity *validity)
{
	const struct date *issue = &validity->issue, end = end_of(validity);

	if (issue->year < VALIDITY_FIRST_YEAR)
		return fail_because(
			EINVAL,
			"it was issued in %u, before %u, the first year that "
			"fits",
			issue->year, VALIDITY_FIRST_YEAR);
	if (issue->year > VALIDITY_LAST_YEAR_EXTENDED)
		return fail_because(
			EINVAL,
			"it was issued in %u, after %u, the last year that "
			"fits",
			issue->year, VALIDITY_LAST_YEAR_EXTENDED);
	if (validity->years > VALIDITY_YEARS_EXTENDED)
		return fail_because(EINVAL,
				    "it is valid for %u years, at most %u fit",
				    validity->years, VALIDITY_YEARS_EXTENDED);
	if (!date_exists(issue))
		return no_date("its begin", issue);
	if (validity->years != 0 && !date_exists(&end))
		return no_date("its end", &end);
	return 0;
}

/* signer.h describes the case of 29 February. */
static void find_end(struct validity *validity)
{
	const unsigned int wanted = validity->years;
	struct date end = end_of(validity);

	while (validity->years > 0 && !date_exists(&end)) {
		validity->years--;
		end = end_of(validity);
	}
	if (wanted == validity->years || validity->years > 0)
		return;
	validity->years = wanted;
	validity->issue.day = 28;
	validity->issue.hour = 23;
}

int validity_from_clock(time_t now, unsigned int years, bool extended,
			struct validity *validity)
{
	const unsigned int last =
		extended ? VALIDITY_LAST_YEAR_EXTENDED : VALIDITY_LAST_YEAR;
	const unsigned int most =
		extended ? VALIDITY_YEARS_EXTENDED : VALIDITY_YEARS;
	struct validity made = { .years = years };
	struct tm utc;
	int year;

	if (!gmtime_r(&now, &utc))
		return fail_because(
			EINVAL,
			"the clock shows a time that is no date: set it");
	year = utc.tm_year + 1900;
	if (year < VALIDITY_FIRST_YEAR || year > (int)last)
		return fail_because(
			EINVAL,
			"the clock shows the year %d, but certificates can be "
			"issued from %u to %u: set the clock, or allow "
			"extended dates, which end in 2127",
			year, VALIDITY_FIRST_YEAR, last);
	if (years > most)
		return fail_because(
			EINVAL,
			"%u years are asked for, at most %u fit (0 is for no "
			"expiry; extended dates allow 127)",
			years, most);
	made.issue =
		(struct date){ (unsigned int)year, (unsigned int)utc.tm_mon + 1,
			       (unsigned int)utc.tm_mday,
			       (unsigned int)utc.tm_hour };
	find_end(&made);
	*validity = made;
	return 0;
}

/* For comparison only. A 32-bit time_t ends in 2038. */
static uint64_t date_order(const struct date *date)
{
	return (((date->year * 16ull + date->month) * 32 + date->day) * 32 +
		date->hour) *
	       3600;
}

bool validity_covers(const struct validity *validity, time_t now)
{
	const struct date end = end_of(validity);
	struct date today;
	struct tm utc;
	uint64_t at;

	if (!gmtime_r(&now, &utc) || utc.tm_year < 0)
		return false;
	today = (struct date){ (unsigned int)utc.tm_year + 1900,
			       (unsigned int)utc.tm_mon + 1,
			       (unsigned int)utc.tm_mday,
			       (unsigned int)utc.tm_hour };
	at = date_order(&today) + (unsigned int)(utc.tm_min * 60 + utc.tm_sec);
	return at >= date_order(&validity->issue) &&
	       (validity->years == 0 || at <= date_order(&end));
}

static int read_digits(struct der_view time, struct date *date,
		       unsigned int *seconds)
{
	const bool utc = time.len == 15 && time.data[0] == DER_UTC_TIME;
	const size_t len = utc ? 12 : 14;
	unsigned int minute, second;
	char text[16];

	if (!utc && !(time.len == 17 && time.data[0] == DER_GENERALIZED_TIME))
		return -EINVAL;
	snprintf(text, sizeof(text), "%.*s", (int)len + 1, time.data + 2);
	if (strspn(text, "0123456789") != len || text[len] != 'Z')
		return -EINVAL;
	sscanf(text, utc ? "%2u%2u%2u%2u%2u%2u" : "%4u%2u%2u%2u%2u%2u",
	       &date->year, &date->month, &date->day, &date->hour, &minute,
	       &second);
	if (utc)
		date->year += date->year < 50 ? 2000 : 1900;
	*seconds = minute * 60 + second;
	return 0;
}

/* Returns false, with the reason added, when `date` is not to be looked at. */
static bool read_date(const char *which, struct der_view time,
		      struct date *date, struct bytes *reasons)
{
	unsigned int seconds;
	bool known = false;

	if (read_digits(time, date, &seconds) < 0) {
		fail_because(EINVAL,
			     "%s is neither a UTCTime nor a GeneralizedTime as "
			     "RFC 5280 has them",
			     which);
	} else if (!date_exists(date)) {
		no_date(which, date);
	} else if (seconds != 0) {
		fail_because(
			EINVAL,
			"%s is not at a full hour, and only hours are kept",
			which);
		known = true;
	} else {
		return true;
	}
	reasons_add(reasons, fail_reason());
	return known;
}

static bool is_forever(struct der_view time)
{
	return time.len == 17 && time.data[0] == DER_GENERALIZED_TIME &&
	       memcmp(time.data + 2, forever, 15) == 0;
}

static int count_years(const struct date *issue, const struct date *end,
		       unsigned int *years)
{
	if (end->month != issue->month || end->day != issue->day ||
	    end->hour != issue->hour)
		return fail_because(
			EINVAL,
			"it does not end a whole number of years after it "
			"begins, and only years are kept");
	if (end->year <= issue->year)
		return fail_because(EINVAL,
				    "it ends when it begins, or before that");
	*years = end->year - issue->year;
	return 0;
}

/* Adds a reason for each thing that does not compress. */
static void read_dates(struct der_view not_before, struct der_view not_after,
		       struct validity *found, struct bytes *reasons)
{
	const bool ends = !is_forever(not_after);
	struct date end;
	bool known;
	int err = 0;

	known = read_date("its begin", not_before, &found->issue, reasons);
	if (ends)
		known &= read_date("its end", not_after, &end, reasons);
	if (known && ends)
		err = count_years(&found->issue, &end, &found->years);
	if (known && err == 0)
		err = validity_check(found);
	if (err < 0)
		reasons_add(reasons, fail_reason());
}

int validity_from_x509(struct der_view x509, struct validity *validity)
{
	struct der_view in, not_before, not_after;
	struct validity found = { .years = 0 };
	BYTES_LOCAL(reasons);

	if (der_read(&x509, DER_SEQUENCE, &in) < 0 ||
	    der_read_whole(&in, &not_before) < 0 ||
	    der_read_whole(&in, &not_after) < 0 || in.len != 0)
		return fail_because(EINVAL,
				    "its dates are not well-formed DER");
	read_dates(not_before, not_after, &found, &reasons);
	if (reasons.err < 0)
		return reasons.err;
	if (reasons.len > 0)
		return fail_because(EINVAL, "%s", bytes_text(&reasons));
	*validity = found;
	return 0;
}

static void write_date(struct bytes *out, const struct date *date,
		       bool generalized)
{
	char text[32];
	int len;

	generalized = generalized || date->year >= 2050;
	len = snprintf(text, sizeof(text), "%04u%02u%02u%02u0000Z",
		       date->year % 10000, date->month % 100, date->day % 100,
		       date->hour % 100);
	if (generalized)
		der_value(out, DER_GENERALIZED_TIME, text, (size_t)len);
	else
		der_value(out, DER_UTC_TIME, text + 2, (size_t)len - 2);
}

void validity_write(struct bytes *out, const struct validity *validity,
		    bool generalized_end)
{
	const struct date end = end_of(validity);
	size_t opened = der_open(out, DER_SEQUENCE);

	write_date(out, &validity->issue, false);
	if (validity->years == 0)
		der_value(out, DER_GENERALIZED_TIME, forever, 15);
	else
		write_date(out, &end, generalized_end);
	der_close(out, opened);
}
