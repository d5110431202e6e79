/* SPDX-License-Identifier: Apache-2.0 */
/* Refuses "sim:" in a build without the simulator. */
#include <errno.h>

#include "error.h"
#include "transport_backends.h"

int transport_sim_open(const char *spec, struct transport **bus)
{
	(void)bus;
	return fail_because(EOPNOTSUPP,
			    "sim:%s: this program was built without the "
			    "simulator (NK_SIM=OFF)",
			    spec);
}
