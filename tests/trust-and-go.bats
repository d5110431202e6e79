# SPDX-License-Identifier: Apache-2.0
# The ATECC608B-TNGTLS, which Microchip provisions, at address 0x35.

load helpers

setup() {
	nk_setup
	new_chip tng
}

# The part whose public content is known; nobody has its private keys.
captured() { use_image "$GOLDEN/chip-images/tng.json"; }

tng() { golden trust-and-go.json "$1"; }

# public_key RAW: the 64 bytes of a P-256 key, in hex, as PEM.
public_key() {
	local head=3059301306072a8648ce3d020106082a8648ce3d03010703420004
	xxd -r -p <<<"$head$1" | openssl pkey -pubin -inform DER
}

# signed_part FILE, signature_of FILE: of a certificate in PEM.
signed_part() { openssl asn1parse -in "$1" -strparse 4 -noout -out -; }
signature_of() {
	openssl asn1parse -in "$1" -noout -out - -strparse "$(
		openssl asn1parse -in "$1" |
			sed -n 's/^ *\([0-9]*\):d=1 .*BIT STRING.*/\1/p'
	)"
}

@test "the part is found by itself at 0x35" {
	[[ $NK_BUS == sim ]] || chip_device() { echo i2c-1; }
	mount_chip
	assert_equal "$(state_of type)" trust-and-go
	assert_equal "$(cat "$MNT/chip/address")" 0x35
}

@test "device.pem and signer.pem are the captured certificates" {
	captured
	mount_chip
	local name
	for name in device signer; do
		openssl x509 -in "$GOLDEN/trust-and-go/$name.cert" -outform DER \
			-out "$TMP/want"
		openssl x509 -in "$MNT/$name.pem" -outform DER |
			cmp - "$TMP/want"
	done
	cat "$MNT/device.pem" "$MNT/signer.pem" | cmp - "$MNT/chain.pem"
}

@test "the certificates lead to Microchip's root" {
	captured
	mount_chip
	run verify_device "$MNT/device.pem" "$MNT/signer.pem"
	assert_success
	public_key "$(tng .root_public_key_raw)" >"$TMP/root.pem"
	signed_part "$MNT/signer.pem" >"$TMP/signed"
	signature_of "$MNT/signer.pem" >"$TMP/signature"
	run openssl dgst -sha256 -verify "$TMP/root.pem" \
		-signature "$TMP/signature" "$TMP/signed"
	assert_output "Verified OK"
	# And the same with another key does not.
	run openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/signature" "$TMP/signed"
	assert_failure
}

@test "its serial is the chip's, and eui48 its address" {
	captured
	mount_chip
	assert_equal "$(cat "$MNT/serial")" "$(tng .manufacturer_sn)"
	assert_equal "$(state_of chip_serial)" "$(tng .chip_sn)"
	assert_equal "$(tr -d ':\n-' <"$MNT/eui48" | tr a-f A-F)" \
		"$(tng .manufacturer_mac)"
	assert_equal "$(state_of state)" complete
	assert_equal "$(state_of model)" ATECC608B
	assert_equal "$(state_of present)" yes
}

@test "it signs, with the key of its certificate" {
	mount_chip
	echo message >"$TMP/message"
	local digest
	digest=$(sha256sum <"$TMP/message" | cut -d ' ' -f 1)
	cat "$MNT/signatures/$digest.der" >"$TMP/signature"
	assert_signed "$TMP/message" "$TMP/signature"
	openssl x509 -in "$MNT/device.pem" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
	run verify_device "$MNT/device.pem" "$MNT/signer.pem"
	assert_success
}

@test "a new part has names and keys of its own" {
	mount_chip
	local serial
	serial=$(state_of chip_serial)
	run openssl x509 -in "$MNT/device.pem" -noout -nameopt RFC2253 \
		-subject -ext subjectAltName
	assert_line --partial "CN=sn${serial^^}"
	assert_line --partial "eui48_$(<"$MNT/eui48")"
	cp "$MNT/pubkey.pem" "$TMP/one"
	unmount_chip
	new_chip tng
	mount_chip
	assert_not_equal "$(state_of chip_serial)" "$serial"
	run ! cmp -s "$MNT/pubkey.pem" "$TMP/one"
}

@test "a signature that does not fit the certificate is EIO" {
	captured
	mount_chip
	local digest
	digest=$(sha256sum </dev/null | cut -d ' ' -f 1)
	assert_errno EIO cat "$MNT/signatures/$digest.raw"
	assert_errno EIO write_text "$MNT/sign" "$digest"
	assert_regex "$(state_of last_error)" '^EIO: .*do not fit its public key'
	assert_errno EIO cat "$MNT/device.csr"
}

@test "it agrees on secrets" {
	mount_chip
	openssl ecparam -name prime256v1 -genkey -noout -out "$TMP/peer.key"
	openssl ec -in "$TMP/peer.key" -pubout -out "$TMP/peer.pem" 2>/dev/null
	exec 4<>"$MNT/ecdh"
	cat "$TMP/peer.pem" >&4
	cat <&4 >"$TMP/secret"
	exec 4>&-
	openssl pkeyutl -derive -inkey "$TMP/peer.key" \
		-peerkey "$MNT/pubkey.pem" | cmp - "$TMP/secret"
}

@test "settings are kept in slot 8, in 416 bytes" {
	mount_chip
	assert_equal "$(state_of settings_bytes)" 6/416
	jq -c '.data | del(.[8])' "$CHIP" >"$TMP/others"
	echo hello >"$MNT/settings/greeting"
	unmount_chip
	mount_chip
	assert_equal "$(cat "$MNT/settings/greeting")" hello
	assert_equal "$(jq -c '.data | del(.[8])' "$CHIP")" \
		"$(cat "$TMP/others")"
	# ETF: version 131, a map (116) of one.
	run jq -r '.data[8][0:12]' "$CHIP"
	assert_output 837400000001
}

@test "settings that do not fit in slot 8 are ENOSPC and leave the old ones" {
	mount_chip
	echo hello >"$MNT/settings/greeting"
	head -c 420 /dev/zero | tr '\0' x >"$TMP/long"
	assert_errno ENOSPC write_file "$MNT/settings/greeting" "$TMP/long"
	assert_equal "$(cat "$MNT/settings/greeting")" hello
}

@test "provisioning is EPERM, with the reason" {
	mount_chip
	cp "$CHIP" "$TMP/before"
	provision_request >"$TMP/request"
	assert_errno EPERM write_file "$MNT/provision" "$TMP/request"
	assert_regex "$(state_of last_error)" '^EPERM: .*Trust&Go'
	cmp "$CHIP" "$TMP/before"
}

@test "nothing is there that the part cannot hold" {
	mount_chip
	local name
	for name in aux slots activate derive board user; do
		assert_not_exists "$MNT/$name"
	done
	assert_equal "$(state_of latch)" none
	assert_equal "$(state_of aux)" no
	assert_equal "$(state_of board)" ""
}

check_eui48() {
	if [[ $PART == tng ]]; then
		assert_equal "$(wc -c <"$MNT/eui48")" 13
	else
		assert_errno ENOENT cat "$MNT/eui48"
		assert_equal "$(state_of type)" nerveskey
	fi
}

@test "eui48 is on no other part" {
	each_part provisioned check_eui48
}
