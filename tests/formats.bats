# SPDX-License-Identifier: Apache-2.0
# Compressed certificates have format version 0 or 1. Both can be read. Version 1
# has years up to 2127 and the Elixir library cannot read it, so it is written only
# if it is needed and requested.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers

# format_of SLOT: the version, the low half of byte 70.
format_of() {
	jq -r ".data[$1][140:142]" "$CHIP" | cut -c 2
}

# make_signer ARGUMENT...: SIGNER, with a clock that may be another.
make_signer() {
	SIGNER=$TMP/ca
	rm -f "$SIGNER.cert" "$SIGNER.key"
	"${clock[@]}" nerveskey-ca signer create "$SIGNER" "$@"
}

setup() {
	nk_setup
	clock=()
}

request() {
	provision_request "$@" >"$TMP/request"
	write_file "$MNT/provision" "$TMP/request"
}

dates_of() {
	openssl x509 -in "$1" -noout -startdate -enddate
}

assert_verifies() {
	assert_equal "$(der_of "$MNT/signer.pem")" "$(der_of "$SIGNER.cert")"
	run verify_device "$MNT/device.pem" "$SIGNER.cert"
	assert_success
}

@test "version 0 is written when the dates allow it, also for those who ask for 1" {
	local line
	make_signer --years-valid 31
	for line in board=Board extended-dates=yes; do
		new_chip 608b
		mount_chip
		request "$line"
		assert_verifies
		assert_equal "$(format_of 10)$(format_of 12)" 00
		unmount_chip
	done
}

@test "a signer of 100 years is refused, with the line that would allow it" {
	make_signer --years-valid 100 --extended-dates
	new_chip 608b
	mount_chip
	cp "$CHIP" "$TMP/before"
	assert_errno EINVAL request
	assert_regex "$(state_of last_error)" 'extended-dates=yes'
	cmp "$CHIP" "$TMP/before"
}

check_extended() {
	if [[ $PART == tng ]]; then
		assert_equal "$(format_of 10)$(format_of 12)" 00
		assert_errno EPERM request extended-dates=yes
		return
	fi
	assert_errno EINVAL request
	echo reset >"$MNT/provision"
	request extended-dates=yes
	assert_verifies
	assert_equal "$(format_of 12)" 1
	# The device's own 31 years need no more than version 0.
	assert_equal "$(format_of 10)" 0
	unmount_chip
	mount_chip
	assert_verifies
}

@test "every part but Trust&Go: extended-dates=yes, a signer of 100 years, in version 1" {
	make_signer --years-valid 100 --extended-dates
	each_part "" check_extended
}

@test "issued in 2040: refused without the line, version 1 with it" {
	[[ $NK_BUS == sim ]] || skip "the clock of one process is enough"
	FAKE_CLOCK="2040-05-06 07:00:00"
	clock=(faked "$FAKE_CLOCK")
	make_signer --years-valid 40 --extended-dates
	new_chip 608b
	mount_chip
	assert_errno EINVAL request
	echo reset >"$MNT/provision"
	request extended-dates=yes
	assert_verifies
	assert_equal "$(format_of 10)$(format_of 12)" 11
	run dates_of "$MNT/device.pem"
	assert_line "notBefore=May  6 07:00:00 2040 GMT"
	assert_line "notAfter=May  6 07:00:00 2071 GMT"
	unmount_chip
	# Read at another time, without being asked for anything.
	unset FAKE_CLOCK
	mount_chip
	assert_verifies
}

@test "auxiliary certificates have the same rule" {
	new_chip 608b provisioned
	mount_chip
	make_signer --years-valid 100 --extended-dates
	{
		cat "$SIGNER.cert" "$SIGNER.key"
		echo commit
	} >"$TMP/request"
	assert_errno EINVAL write_file "$MNT/aux/provision" "$TMP/request"
	echo reset >"$MNT/aux/provision"
	{
		echo extended-dates=yes
		cat "$TMP/request"
	} >"$TMP/extended"
	write_file "$MNT/aux/provision" "$TMP/extended"
	run verify_device "$MNT/aux/device.pem" "$SIGNER.cert"
	assert_success
	assert_equal "$(format_of 15)" 1
}

@test "captured certificates of version 0 are read for all their dates" {
	local -i count=0
	local name slot10 slot11 slot12
	while read -r name slot10 slot11 slot12; do
		jq --arg a "$slot10" --arg b "$slot11" --arg c "$slot12" \
			'.data[10] = $a | .data[11] = $b | .data[12] = $c' \
			"$GOLDEN/chip-images/608b-provisioned.json" \
			>"$TMP/image"
		use_image "$TMP/image"
		mount_chip
		assert_equal "$name $(der_of "$MNT/signer.pem")" \
			"$name $(signer_der "$name")"
		unmount_chip
		count+=1
	done < <(signers_in_slots)
	echo "# $count signers" >&3
	((count >= 8))
}

# Signers that come back exactly, as slots 10 (as it was), 11 and 12.
signers_in_slots() {
	local slot10
	slot10=$(golden chip-images/608b-provisioned.json '.data[10]')
	golden signers.json '.[] | select(.rebuilt_equals_original)
		| select(.name | test("^(y|ends|issued)"))
		| "\(.name) '"$slot10"' \(.public_key_raw)0000000000000000 \(.compressed)"'
}

signer_der() {
	golden signers.json ".[] | select(.name == \"$1\").der"
}

@test "another version is no certificate" {
	jq '.data[12] |= .[0:141] + "2" + .[142:]' \
		"$GOLDEN/chip-images/608b-provisioned.json" >"$TMP/image"
	use_image "$TMP/image"
	mount_chip
	run cat "$MNT/signer.pem"
	assert_failure
	assert_equal "$(cat "$MNT/serial")" N1234567
}
