/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_CA_OPEN_SIGNER_H
#define NK_CA_OPEN_SIGNER_H

#include "arguments.h"
#include "signer.h"

/*
 * Opens the signer of --signer-cert and --signer-key. Errors as signer_open().
 */
int arguments_open_signer(const struct arguments *arguments,
			  struct signer **signer);

#endif
