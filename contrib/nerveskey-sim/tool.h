/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands of nerveskey-sim. Each gets its own name as argv[0], prints
 * its result, and returns the exit code: 0 success, 1 failure, 2 usage.
 */
#pragma once

int tool_create(int argc, char **argv);
int tool_show(int argc, char **argv);
int tool_serve(int argc, char **argv);
int tool_control(int argc, char **argv);

/* Returns a descriptor connected to the socket at `path`, or -errno. */
int tool_connect(const char *path);

/*
 * Prints "nerveskey-sim: sentence", or the text of `err` without one. Returns
 * 1.
 */
int tool_failed(int err);
/* Prints the sentence and points at --help. Returns 2. */
int tool_usage(const char *sentence);
