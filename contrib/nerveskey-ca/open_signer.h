/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "arguments.h"
#include "signer.h"

/*
 * Opens the signer of --signer-cert and --signer-key. Errors as signer_open().
 */
int arguments_open_signer(const struct arguments *arguments,
			  struct signer **signer);
