/* SPDX-License-Identifier: Apache-2.0 */
/* Serves a simulated bus to clients on Unix sockets. */
#pragma once

#include "sim.h"

struct server {
	struct sim *sim;
	int bus, control; /* listening */
	int stop;	  /* readable: stop */
};

/*
 * Serves until `stop` is readable. Transfers of all clients run one at a time.
 */
int server_run(const struct server *server);
