/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "arguments.h"

int signer_create_command(const struct arguments *arguments);
int signer_prove_command(const struct arguments *arguments);
int device_create_command(const struct arguments *arguments);
int device_sign_command(const struct arguments *arguments);
