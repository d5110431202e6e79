/* SPDX-License-Identifier: Apache-2.0 */
/* Load items from the data zone. Each needs a session and appends to `out`. */
#pragma once

#include "key.h"

int load_device(struct nerveskey *key, struct bytes *out);
int load_signer(struct nerveskey *key, struct bytes *out);
int load_chain(struct nerveskey *key, struct bytes *out);
int load_aux_device(struct nerveskey *key, struct bytes *out);
int load_aux_signer(struct nerveskey *key, struct bytes *out);
int load_aux_chain(struct nerveskey *key, struct bytes *out);
/* The public key and the certificate request of the main key, or of a slot. */
int load_public_key(struct nerveskey *key, struct bytes *out);
int load_slot_public_key(struct nerveskey *key, unsigned int slot,
			 struct bytes *out);
int load_request(struct nerveskey *key, struct bytes *out);
int load_slot_request(struct nerveskey *key, unsigned int slot,
		      struct bytes *out);
int load_eui48(struct nerveskey *key, struct bytes *out);
