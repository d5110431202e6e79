/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS #11 v2.40 as p11-kit declares it, with names in this project's style. */
#ifndef NK_CRYPTOKI_H
#define NK_CRYPTOKI_H

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#endif
