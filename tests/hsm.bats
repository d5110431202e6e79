# SPDX-License-Identifier: Apache-2.0
# A signer whose key never leaves its HSM: SoftHSM2 plays it.

load helpers
load docs
load token

setup() {
	nk_setup
	make_token 4321
	rm "$TMP/ca.key"
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

# Where the program and its own libraries fit, but not those of the HSM.
@test "a usual limit of locked memory does not keep the HSM away" {
	sim_only
	# shellcheck disable=SC2317,SC2034 # mount_chip uses both
	nk_daemon_command() {
		nk_command=(nerveskeyfs)
		[[ $(id -u) != 0 ]] || # who may lock more
			nk_command=(setpriv --bounding-set=-ipc_lock nerveskeyfs)
	}
	ulimit -l 8192
	new_chip 608b
	mount_chip
	request "signer-key=$URL" "pin-file=$TMP/pin"
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

@test "the PIN may be a line, and is not shown" {
	new_chip 608b
	mount_chip
	{
		cat "$TMP/ca.cert"
		printf '%s\n' "signer-key=$URL" pin=4321
	} >"$MNT/provision"
	run -0 cat "$MNT/provision"
	assert_line pin=staged
	refute_output --partial 4321
	echo commit >"$MNT/provision"
	assert_provisioned
	run grep 4321 "$DAEMON_LOG"
	assert_failure 1
}

# Root's daemon, which alice may provision by.
mount_for_alice() {
	[[ $(id -u) == 0 ]] || skip "only root's daemon could open too much"
	open_way_to "$TMP"
	new_chip 608b
	mount_chip -o allow_other,uid=4242
}

as_alice() { setpriv --reuid 4242 --regid 4242 --clear-groups "$@"; }

# assert_alice_refused LINE...: nothing was opened, and it is said what to do.
assert_alice_refused() {
	printf '%s\n' "$@" >"$TMP/lines"
	chmod 644 "$TMP/lines"
	assert_errno EINVAL as_alice dd "if=$TMP/lines" "of=$MNT/provision" \
		bs=64k conv=notrunc status=none
	run as_alice sed -n 's/^last_error=//p' "$MNT/status"
	assert_output --partial "than root"
	assert_output --partial "pin="
}

@test "a user who may provision names no file to root's daemon" {
	mount_for_alice
	install -o 4242 -m 600 "$TMP/pin" "$TMP/own"
	local path
	for path in "$TMP/own" "$TMP/pin" "$TMP/nowhere"; do
		assert_alice_refused "pin-file=$path"
		assert_alice_refused "signer-key=$URL?pin-source=file:$path"
	done
	assert_alice_refused "signer-key=tpmkey:file=$TMP/pin"
	{
		cat "$TMP/ca.cert"
		printf '%s\n' "signer-key=$URL" pin=4321 commit
	} | as_alice sh -c "cat >'$MNT/provision'"
	assert_provisioned
}

# Nor by a program of root whose output goes where a user wants it.
@test "root is not who writes into what another has opened" {
	mount_for_alice
	run -1 python3 - "$MNT/provision" "pin-file=$TMP/pin" <<-'END'
		import os
		import sys

		os.seteuid(4242)
		file = os.open(sys.argv[1], os.O_WRONLY)
		os.seteuid(0)
		os.write(file, sys.argv[2].encode() + b"\n")
	END
	assert_output --partial "Invalid argument"
	assert_regex "$(state_of last_error)" 'than root'
}

@test "a relative PIN file is refused with that reason" {
	new_chip 608b
	mount_chip
	cd "$TMP"
	assert_refused "signer-key=$URL" pin-file=pin
	# It may have been meant to be the PIN.
	assert_errno EINVAL request "signer-key=$URL" pin-file=4321
	assert_regex "$(state_of last_error)" "relative path"
	refute_regex "$(state_of last_error)" 4321
	refute_regex "$(<"$DAEMON_LOG")" 4321
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
	assert_refused pin=4321 "$(cat "$GOLDEN/signers/y31.key")"
	assert_refused "signer-key=$URL" "pin-file=$TMP/pin" pin=4321
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
