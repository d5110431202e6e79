# SPDX-License-Identifier: Apache-2.0
# A signer whose key never leaves its HSM: SoftHSM2 plays it.

load helpers
load docs

setup() {
	nk_setup
	nerveskey-ca signer create "$TMP/ca" --years-valid 31
	mkdir "$TMP/tokens"
	export SOFTHSM2_CONF=$TMP/softhsm2.conf
	echo "directories.tokendir = $TMP/tokens" >"$SOFTHSM2_CONF"
	softhsm2-util --init-token --free --label factory --pin 4321 \
		--so-pin 87654321 >"$TMP/softhsm.log"
	openssl pkcs8 -topk8 -nocrypt -in "$TMP/ca.key" -out "$TMP/ca.pkcs8"
	softhsm2-util --import "$TMP/ca.pkcs8" --token factory \
		--label signer --id 01 --pin 4321 >>"$TMP/softhsm.log"
	rm "$TMP/ca.key" "$TMP/ca.pkcs8"
	URL="pkcs11:token=factory;object=signer;type=private"
	echo 4321 >"$TMP/pin"
}

# request LINE...: with the signer's certificate, as one write.
request() {
	{
		printf '%s\n' serial=N1234567 "$@"
		cat "$TMP/ca.cert"
		echo commit
	} >"$TMP/request"
	write_file "$MNT/provision" "$TMP/request"
}

assert_provisioned() {
	assert_equal "$(state_of state)" complete
	run openssl verify -CAfile "$TMP/ca.cert" "$MNT/device.pem"
	assert_success
}

check_provisioning() {
	local -a key=("signer-key=$URL" "pin-file=$TMP/pin")
	if [[ $PART == tng ]]; then
		assert_errno EPERM request "${key[@]}"
		return
	fi
	request "${key[@]}"
	assert_provisioned
}

@test "every part but Trust&Go is provisioned by a key in the HSM" {
	each_part "" check_provisioning
}

@test "mnt-layout.md's request provisions a chip by a key in the HSM" {
	new_chip 608b
	mount_chip
	page_blocks mnt-layout.md "sh hsm" |
		sed "s|/etc/factory.pin|$TMP/pin|" >"$TMP/blocks"
	cd "$TMP"
	bash -e blocks
	assert_provisioned
}

@test "the PIN may be in the URL, and is not shown" {
	new_chip 608b
	mount_chip
	{
		cat "$TMP/ca.cert"
		echo "signer-key=$URL?pin-value=4321"
	} >"$MNT/provision"
	run -0 cat "$MNT/provision"
	refute_output --partial 4321
	echo commit >"$MNT/provision"
	assert_provisioned
	run grep 4321 "$DAEMON_LOG"
	assert_failure 1
}

@test "auxiliary certificates by a key in the HSM" {
	new_chip 608b provisioned
	mount_chip
	{
		printf '%s\n' "signer-key=$URL" "pin-file=$TMP/pin"
		cat "$TMP/ca.cert"
		echo commit
	} >"$MNT/aux/provision"
	run openssl verify -CAfile "$TMP/ca.cert" "$MNT/aux/device.pem"
	assert_success
}

# assert_refused LINE...: before anything was done to the chip.
assert_refused() {
	cp "$CHIP" "$TMP/before"
	assert_errno EINVAL request "$@"
	cmp "$CHIP" "$TMP/before"
	assert_regex "$(state_of last_error)" '^EINVAL: .'
	echo reset >"$MNT/provision"
}

@test "refused: a wrong PIN, no PIN, a PIN file that is not there" {
	new_chip 608b
	mount_chip
	echo 1111 >"$TMP/wrong"
	assert_refused "signer-key=$URL" "pin-file=$TMP/wrong"
	assert_refused "signer-key=$URL"
	assert_refused "signer-key=$URL" "pin-file=$TMP/nowhere"
	# Nobody will ever write into it.
	mkfifo "$TMP/pipe"
	assert_refused "signer-key=$URL" "pin-file=$TMP/pipe"
	# And the right one still works.
	request "signer-key=$URL" "pin-file=$TMP/pin"
	assert_provisioned
}

@test "refused: an object that is not there, a key of another signer" {
	new_chip 608b
	mount_chip
	assert_refused "signer-key=pkcs11:token=factory;object=other" \
		"pin-file=$TMP/pin"
	assert_refused "signer-key=pkcs11:token=nowhere;object=signer" \
		"pin-file=$TMP/pin"
	cp "$GOLDEN/signers/y31.cert" "$TMP/ca.cert"
	assert_refused "signer-key=$URL" "pin-file=$TMP/pin"
}

@test "refused: a URL and a key, a PIN file without a URL" {
	new_chip 608b
	mount_chip
	assert_refused "signer-key=$URL" "pin-file=$TMP/pin" \
		"$(cat "$GOLDEN/signers/y31.key")"
	assert_refused "pin-file=$TMP/pin" "$(cat "$GOLDEN/signers/y31.key")"
}

@test "nerveskey-ca device create and sign by a key in the HSM" {
	nerveskey-ca device create N1 --signer-cert "$TMP/ca.cert" \
		--signer-key "$URL" --pin-file "$TMP/pin" --output "$TMP/N1"
	run openssl verify -CAfile "$TMP/ca.cert" "$TMP/N1.cert"
	assert_success
	new_chip 608b provisioned
	mount_chip
	cat "$MNT/device.csr" >"$TMP/device.csr"
	nerveskey-ca device sign --signer-cert "$TMP/ca.cert" \
		--signer-key "$URL" --pin-file "$TMP/pin" \
		--csr "$TMP/device.csr" >"$TMP/device.cert"
	run openssl verify -CAfile "$TMP/ca.cert" "$TMP/device.cert"
	assert_success
	openssl x509 -in "$TMP/device.cert" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
	run nerveskey-ca device sign --signer-cert "$TMP/ca.cert" \
		--signer-key "$URL" --csr "$TMP/device.csr"
	assert_failure 1
}
