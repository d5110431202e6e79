/* SPDX-License-Identifier: Apache-2.0 */
/* A simulated bus for clients on Unix sockets. */
#ifndef NK_SIM_SERVER_H
#define NK_SIM_SERVER_H

#include "sim.h"

struct server {
	struct sim *sim;
	int bus, control; /* listening */
	int stop;	  /* readable: it is time to end */
};

/* Serve until `stop`; transfers of all clients one after the other. */
int server_run(struct server *server);

#endif
