/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a long piece of work is. Like a log line: whoever works says so, and
 * the program decides who hears it. Without a sink nobody does.
 */
#ifndef NK_PROGRESS_H
#define NK_PROGRESS_H

/* Called on the thread that works: `done` of `all` steps are done. */
typedef void (*progress_sink)(void *context, unsigned int done,
			      unsigned int all);

/* For the calling thread; NULL: nobody hears it. */
void progress_to(progress_sink sink, void *context);
void progress_step(unsigned int done, unsigned int all);

#endif
