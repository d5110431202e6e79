/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS #11 v2.40 as p11-kit declares it, with names in this project's style. */
#ifndef NK_CRYPTOKI_H
#define NK_CRYPTOKI_H

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

/*
 * Of the one function list there is. The header's own number may be a later
 * one, and then a caller would look for functions behind the list's end.
 */
#define CRYPTOKI_MAJOR 2
#define CRYPTOKI_MINOR 40

#endif
