/* SPDX-License-Identifier: Apache-2.0 */
/* nerveskeyfs --list: the chips on the buses, and where they are mounted. */
#ifndef NK_LIST_H
#define NK_LIST_H

/*
 * `arguments` follow "--list" and end with NULL: --json and DEVICEs. Prints a
 * line for each chip to standard output, and to standard error what could not
 * be looked at and why. 0, or -errno with fail_reason().
 */
int list_chips(char **arguments);

#endif
