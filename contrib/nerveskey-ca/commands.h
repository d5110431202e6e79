/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NK_CA_COMMANDS_H
#define NK_CA_COMMANDS_H

#include "arguments.h"

int signer_create_command(const struct arguments *arguments);
int signer_prove_command(const struct arguments *arguments);
int device_create_command(const struct arguments *arguments);
int device_sign_command(const struct arguments *arguments);

#endif
