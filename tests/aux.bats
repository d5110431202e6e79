# SPDX-License-Identifier: Apache-2.0
# aux/: a second certificate for the same key, under another signer, that can be
# replaced and removed.

load helpers

setup() {
	nk_setup
	FIRST=$GOLDEN/signers/y10
	SECOND=$GOLDEN/signers/y31
	REQUEST=$TMP/request
}

# aux_request SIGNER: a whole request for aux/provision.
aux_request() {
	cat "$1.cert" "$1.key"
	echo commit
}

aux_provision() {
	aux_request "$1" >"$MNT/aux/provision"
}

# The pair is there, SIGNER's, and about the device's own key.
assert_pair_of() {
	local aux=$MNT/aux
	assert_equal "$(der_of "$aux/signer.pem")" "$(der_of "$1.cert")"
	run verify_device "$aux/device.pem" "$1.cert"
	assert_success
	openssl x509 -in "$aux/device.pem" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
	cat "$aux/device.pem" "$aux/signer.pem" | cmp - "$aux/chain.pem"
	assert_equal "$(state_of aux)" yes
}

assert_no_pair() {
	local name
	for name in device signer chain; do
		assert_errno ENODATA cat "$MNT/aux/$name.pem"
	done
	assert_equal "$(state_of aux)" no
}

check_pair() {
	if [[ $PART == tng ]]; then
		assert_errno ENOENT cat "$MNT/aux/provision"
		assert_equal "$(state_of aux)" no
		return
	fi
	assert_no_pair
	aux_provision "$FIRST"
	assert_pair_of "$FIRST"
	unmount_chip
	mount_chip
	assert_pair_of "$FIRST"
}

@test "every part but Trust&Go: a second signer, a second certificate for the same key" {
	each_part provisioned check_pair
}

@test "the primary certificate stays as it is" {
	new_chip 608b provisioned
	mount_chip
	cat "$MNT/chain.pem" >"$TMP/before"
	aux_provision "$FIRST"
	cmp "$MNT/chain.pem" "$TMP/before"
}

@test "the auxiliary certificate has the device's serial for its name" {
	new_chip 608b provisioned
	mount_chip
	aux_provision "$FIRST"
	run openssl x509 -in "$MNT/aux/device.pem" -noout -nameopt RFC2253 -subject
	assert_output "subject=CN=N1234567"
}

@test "the pair is replaced as often as wanted" {
	new_chip 608b provisioned
	mount_chip
	local signer
	for signer in "$FIRST" "$SECOND" "$FIRST" "$FIRST"; do
		aux_provision "$signer"
		assert_pair_of "$signer"
	done
}

@test "clear removes the pair, and does so twice" {
	new_chip 608b settings-aux
	mount_chip
	assert_equal "$(state_of aux)" yes
	echo clear >"$MNT/aux/provision"
	assert_no_pair
	echo clear >"$MNT/aux/provision"
	assert_no_pair
	aux_provision "$SECOND"
	assert_pair_of "$SECOND"
}

@test "a chip provisioned a moment ago takes a pair at once" {
	new_chip 508a
	mount_chip
	provision_chip
	aux_provision "$FIRST"
	assert_pair_of "$FIRST"
}

@test "no pair before the chip is provisioned" {
	new_chip 608b
	mount_chip
	aux_request "$FIRST" >"$REQUEST"
	cp "$CHIP" "$TMP/before"
	assert_errno ENODATA write_file "$MNT/aux/provision" "$REQUEST"
	cmp "$CHIP" "$TMP/before"
}

@test "what is refused leaves the old pair" {
	new_chip 608b settings-aux
	mount_chip
	cat "$MNT/aux/chain.pem" >"$TMP/before"
	{
		cat "$FIRST.cert" "$SECOND.key"
		echo commit
	} >"$REQUEST"
	assert_errno EINVAL write_file "$MNT/aux/provision" "$REQUEST"
	echo reset >"$MNT/aux/provision"
	aux_request "$GOLDEN/signers/y40" >"$REQUEST"
	assert_errno EINVAL write_file "$MNT/aux/provision" "$REQUEST"
	cmp "$MNT/aux/chain.pem" "$TMP/before"
}

@test "lines of the first provisioning are refused" {
	new_chip 608b provisioned
	mount_chip
	local line
	for line in serial=N2 board=Other user=00 mode=volatile; do
		assert_errno EINVAL write_text "$MNT/aux/provision" "$line
"
	done
	assert_equal "$(cat "$MNT/serial")" N1234567
}

@test "a request for another chip is refused" {
	new_chip 608b provisioned
	mount_chip
	{
		echo chip=0123000000000000ee
		aux_request "$FIRST"
	} >"$REQUEST"
	assert_errno EINVAL write_file "$MNT/aux/provision" "$REQUEST"
	assert_no_pair
}

# The pair, if there is one, verifies: no mixture of two.
assert_whole_or_none() {
	if cat "$MNT/aux/chain.pem" >"$TMP/chain" 2>"$TMP/error"; then
		run verify_device "$MNT/aux/device.pem" "$MNT/aux/signer.pem"
		assert_success
	else
		assert_equal "$(state_of aux)" no
	fi
}

@test "power cut while the pair is replaced: whole or none, and the same request completes it" {
	sim_only
	local cut
	local -i n code tried=0
	aux_request "$SECOND" >"$REQUEST"
	for cut in cut-before cut-torn cut-after; do
		for ((n = 1; ; n += 12 + NK_STRIDE)); do
			new_chip 608b settings-aux
			SIM_OPTIONS=clock=virtual,faults=$cut@$n
			# The first cuts come before the mount.
			mount_chip -o wait
			run write_file "$MNT/aux/provision" "$REQUEST"
			code=$status
			unmount_chip
			export SIM_OPTIONS=clock=virtual
			mount_chip
			assert_whole_or_none
			write_file "$MNT/aux/provision" "$REQUEST"
			assert_pair_of "$SECOND"
			unmount_chip
			((code != 0)) || break
			tried+=1
		done
	done
	echo "# $tried cut points" >&3
	((tried > 2))
}
