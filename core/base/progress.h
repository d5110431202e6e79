/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Progress of a long operation. As with log lines, library code reports it, and
 * the program decides what to do with it. Without a sink, reports are dropped.
 */
#pragma once

/* Called on the thread that reports, when `done` of `all` steps are done. */
typedef void (*progress_sink)(void *context, unsigned int done,
			      unsigned int all);

/* Set the sink of the calling thread; NULL: none. */
void progress_to(progress_sink sink, void *context);
void progress_step(unsigned int done, unsigned int all);
