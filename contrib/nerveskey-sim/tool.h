/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands of nerveskey-sim. Each gets its own name as argv[0], prints
 * what it has to say, and returns the exit code: 0, 1 failed, 2 usage.
 */
#ifndef NK_SIM_TOOL_H
#define NK_SIM_TOOL_H

int tool_create(int argc, char **argv);
int tool_show(int argc, char **argv);
int tool_serve(int argc, char **argv);
int tool_control(int argc, char **argv);

/* A descriptor connected to the socket at `path`, or -errno. */
int tool_connect(const char *path);

/* "nerveskey-sim: sentence", with `err`'s words when there is none. 1. */
int tool_failed(int err);
/* Points at --help. 2. */
int tool_usage(const char *sentence);

#endif
