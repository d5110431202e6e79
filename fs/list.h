/* SPDX-License-Identifier: Apache-2.0 */
/* nerveskeyfs --list: the chips on the buses, and where they are mounted. */
#pragma once

/*
 * Print a line for each chip to standard output, and to standard error each bus
 * that cannot be looked at, and why. `arguments` follow "--list" and end with
 * NULL: --json and DEVICEs. 0, or -errno with fail_reason().
 */
int list_chips(char **arguments);
