/* SPDX-License-Identifier: Apache-2.0 */
/* What front.c and front_requests.c share. */
#ifndef NK_FRONT_PRIVATE_H
#define NK_FRONT_PRIVATE_H

#include "front.h"

/* It is not under way any more. */
void request_unlink(struct front *front, struct request *request);
/*
 * Answer with the error `err`, and do it no more if it still waits. What changes
 * the chip goes on to its deadline once it is begun.
 */
void request_give_up(struct front *front, struct request *request, int err);
/* Those whose time is over are answered. */
void requests_look_at_deadlines(struct front *front);

#endif
