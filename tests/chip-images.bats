# SPDX-License-Identifier: Apache-2.0
# Chips that the Elixir library has worked on, one golden image each: every file
# is what the library read from the same chip, or what it should have read.

load helpers

# The certificate that the library gets wrong is right in devices.json.
expected_device_cert() {
	if [[ $1 == 508a-short-r ]]; then
		golden devices.json '.[] | select(.name == "sig-short-r").der'
	else
		expected "$1" device_cert_der
	fi
}

expected() {
	golden "chip-images/$1.json" ".expect.$2 // \"no $2\""
}

mount_image() {
	use_image "$GOLDEN/chip-images/$1.json"
	mount_chip
}

public_key() {
	openssl pkey -pubin -in "$1" -outform DER | tail -c 64 | xxd -p |
		tr -d '\n'
}

# Certificates, public key, serial and board are as expected.
check_identity() {
	assert_equal "$(state_of state)" complete
	assert_equal "$(der_of "$MNT/device.pem")" \
		"$(expected_device_cert "$1")"
	assert_equal "$(der_of "$MNT/signer.pem")" \
		"$(expected "$1" signer_cert_der)"
	assert_equal "$(public_key "$MNT/pubkey.pem")" \
		"$(expected "$1" public_key_raw)"
	assert_equal "$(cat "$MNT/serial")" "$(expected "$1" manufacturer_sn)"
	run verify_device "$MNT/device.pem" "$MNT/signer.pem"
	assert_success
}

check_image() {
	mount_image "$1"
	check_identity "$1"
	assert_equal "$(cat "$MNT/board")" "$(expected "$1" board_name)"
	"check_${2:-no}_settings"
	"check_${3:-no}_aux" "$1"
}

check_no_settings() {
	run ls -A "$MNT/settings"
	assert_success
	assert_output ""
}

check_nested_settings() {
	run ls "$MNT/settings"
	assert_output "nested
port
server"
	assert_equal "$(cat "$MNT/settings/server")" device.nerves-hub.org
	assert_equal "$(cat "$MNT/settings/port")" 443
	assert_equal "$(jq -cS . "$MNT/settings/nested")" \
		'{"a":[1,2,300],"on":true}'
}

check_full_settings() {
	run ls "$MNT/settings"
	assert_output k
	run cat "$MNT/settings/k"
	assert_output --regexp '^v+$'
	# 524 bytes less version, map, key and the binary's header.
	assert_equal "${#output}" "$((524 - 6 - 6 - 5))"
	assert_equal "$(state_of settings_bytes)" 524/524
}

check_no_aux() {
	assert_errno ENODATA cat "$MNT/aux/device.pem"
}

check_y10_aux() {
	assert_equal "$(der_of "$MNT/aux/device.pem")" \
		"$(expected "$1" aux_device_cert_der)"
	assert_equal "$(der_of "$MNT/aux/signer.pem")" \
		"$(expected "$1" aux_signer_cert_der)"
	cat "$MNT/aux/device.pem" "$MNT/aux/signer.pem" |
		cmp - "$MNT/aux/chain.pem"
}

@test "508A, provisioned" {
	check_image 508a-provisioned
}

@test "608A, provisioned" {
	check_image 608a-provisioned
}

@test "608B, provisioned" {
	check_image 608b-provisioned
}

@test "508A with settings and auxiliary certificates" {
	check_image 508a-settings-aux nested y10
}

@test "608A with settings and auxiliary certificates" {
	check_image 608a-settings-aux nested y10
}

@test "608B with settings and auxiliary certificates" {
	check_image 608b-settings-aux nested y10
}

@test "508A with settings to the last byte" {
	check_image 508a-settings-full full
}

@test "608A with settings to the last byte" {
	check_image 608a-settings-full full
}

@test "608B with settings to the last byte" {
	check_image 608b-settings-full full
}

@test "508A with a serial of 32 bytes" {
	check_image 508a-serial32
}

@test "608B with a serial in UTF-8" {
	check_image 608b-serial-utf8
}

@test "508A whose signature has a short r" {
	check_image 508a-short-r
}

@test "508A that was provisioned in two goes after a refused serial" {
	check_image 508a-config-locked-recovered
}

@test "508A that was provisioned in two goes after a leap day" {
	check_image 508a-interrupted-recovered
}

@test "608B with volatile keys" {
	check_image 608b-volatile
	assert_equal "$(state_of type)" nerveskey-volatile
}

@test "Trust&Go" {
	mount_image tng
	check_identity tng
	assert_equal "$(state_of type)" trust-and-go
	assert_equal "$(tr -d ':\n-' <"$MNT/eui48" | tr a-f A-F)" \
		"$(expected tng manufacturer_mac)"
	check_no_settings
	assert_not_exists "$MNT/aux"
}

@test "chips that are not provisioned mount, say how far they are, and have no certificates" {
	local image
	for image in 508a-factory:blank 608a-factory:blank 608b-factory:blank \
		508a-config-locked:configured 508a-interrupted:configured; do
		mount_image "${image%:*}"
		assert_equal "$image $(state_of state)" "$image ${image#*:}"
		assert_errno ENODATA cat "$MNT/device.pem"
		unmount_chip
	done
}

@test "every golden image is in this file" {
	local image
	for image in "$GOLDEN"/chip-images/*.json; do
		image=$(basename "$image" .json)
		grep -Eq "(check_image|mount_image|check_identity) $image|$image:" \
			"$BATS_TEST_FILENAME" || fail "no test of $image"
	done
}
