/* SPDX-License-Identifier: Apache-2.0 */
/* Serials with a '/', which the Elixir library splits into a subject or refuses. */
#include "golden.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "der.h"
#include "name.h"

static int split(const char *serial, struct bytes *name)
{
	int err = name_write_split(name, serial, strlen(serial));

	return err == 0 ? name->err : err;
}

static void names_are_made_of_both_forms(void **state)
{
	static const struct {
		const char *serial, *hex;
	} table[] = {
		{ "N1", "300d310b300906035504030c024e31" },
		{ "N1/O=Acme", "301c310b300906035504030c024e31"
			       "310d300b060355040a0c0441636d65" },
		{ "N1/organizationName=Acme",
		  "301c310b300906035504030c024e31"
		  "310d300b060355040a0c0441636d65" },
		/* Only the first '=' ends the name of the attribute. */
		{ "N1/O=a=b", "301b310b300906035504030c024e31"
			      "310c300a060355040a0c03613d62" },
		/* A PrintableString, and an attribute without a short name. */
		{ "N1/serialNumber=7", "3019310b300906035504030c024e31"
				       "310a300806035504051301"
				       "37" },
		{ "N1/C=DE", "301a310b300906035504030c024e31"
			     "310b3009060355040613024445" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct bytes name = BYTES_INIT;
		char hex[200] = "";

		assert_int_equal(split(table[i].serial, &name), 0);
		for (size_t at = 0; at < name.len && at < 99; at++)
			snprintf(hex + 2 * at, 3, "%02x", name.data[at]);
		if (strcmp(hex, table[i].hex) != 0)
			fail_msg("%s: %s", table[i].serial, hex);
		bytes_free(&name);
	}
}

static void names_are_refused_where_the_library_raises(void **state)
{
	static const char *const table[] = {
		"N1/",	      "/",	    "N1/Acme",	    "N1/O",
		"N1/=Acme",   "N1/o=Acme",  "N1/XX=Acme",   "N1/OO=Acme",
		"N1//O=Acme", "N1/O=Acme/", "N1/O=Acme/OU", "N1/serialnumber=7",
		"N1/O =Acme",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct bytes name = BYTES_INIT;

		if (split(table[i], &name) != -EINVAL)
			fail_msg("%s is not refused", table[i]);
		bytes_free(&name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_made_of_both_forms),
		cmocka_unit_test(names_are_refused_where_the_library_raises),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
