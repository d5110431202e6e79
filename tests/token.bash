# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For .bats files about signers' keys in an HSM, which SoftHSM2 plays.

# make_token PIN: a signer, $TMP/ca.cert, whose key is in the token at $URL, and
# in $TMP/ca.key.
make_token() {
	nerveskey-ca signer create "$TMP/ca" --years-valid 31 >"$TMP/ca.log"
	mkdir "$TMP/tokens"
	export SOFTHSM2_CONF=$TMP/softhsm2.conf
	echo "directories.tokendir = $TMP/tokens" >"$SOFTHSM2_CONF"
	openssl pkcs8 -topk8 -nocrypt -in "$TMP/ca.key" -out "$TMP/ca.pkcs8"
	softhsm2-util --init-token --free --label factory --pin "$1" \
		--so-pin 87654321 >"$TMP/softhsm.log"
	softhsm2-util --import "$TMP/ca.pkcs8" --token factory \
		--label signer --id 01 --pin "$1" >>"$TMP/softhsm.log"
	rm "$TMP/ca.pkcs8"
	# shellcheck disable=SC2034 # for tests
	URL="pkcs11:token=factory;object=signer;type=private"
}
