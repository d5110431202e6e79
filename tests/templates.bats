# SPDX-License-Identifier: Apache-2.0
# Parts that Microchip has configured: device certificates by their template,
# and TrustFLEX, which has room for its owner's.

load helpers

setup() {
	nk_setup
	openssl ecparam -name prime256v1 -genkey -noout -out "$TMP/ca.key"
}

chip_device() {
	local address
	[[ $NK_BUS == sim ]] || address=i2c-1
	echo "${address:-sim:$CHIP}"
}

# public_half FILE: X and Y of a key, in hex.
public_half() {
	openssl ec -in "$1" -pubout -outform DER 2>/dev/null | tail -c 64 |
		xxd -p -c 64
}

# raw_signature FILE: r and s of a signature in DER, in hex.
raw_signature() {
	openssl asn1parse -inform DER -in "$1" |
		sed -n 's/.*INTEGER *://p' | while read -r number; do
		printf '%64s' "$number" | tr ' ' 0
	done | tr -d '\n'
}

# issue TEMPLATE: the slots of $CHIP get certificates of $TMP/ca.key. The
# device's is that of its template: what the mount rebuilds is what is signed.
issue() {
	local key blank
	key=$(public_half "$TMP/ca.key")
	# r and s have to be numbers.
	blank=$(printf '%064d%064d' 1 1)
	put_slots "$blank" "$1" "$key"
	mount_chip
	cat "$MNT/device.pem" >"$TMP/unsigned.pem"
	unmount_chip
	openssl asn1parse -in "$TMP/unsigned.pem" -strparse 4 -noout \
		-out "$TMP/tbs"
	openssl dgst -sha256 -sign "$TMP/ca.key" -out "$TMP/signature" "$TMP/tbs"
	put_slots "$(raw_signature "$TMP/signature")" "$1" "$key"
}

# put_slots SIGNATURE TEMPLATE KEY: both certificates have this signature.
put_slots() {
	jq --arg device "${1}a5ac9c2c00${2}a000" --arg signer "${1}963a9f2c0010a000" \
		--arg key "00000000${3:0:64}00000000${3:64}" '
		.data[10] = ($device | ascii_downcase) |
		.data[12] = ($signer | ascii_downcase) | .data[11] = $key |
		'"${in_slot_8:-.}" \
		"$CHIP" >"$TMP/image"
	use_image "$TMP/image"
}

# lora_chip CODE [FILTER]: a part whose OTP zone begins with a code of TNGLORA: its
# key is in slot 1, all certificates in slot 8, the EUI-64 in slot 10.
lora_chip() {
	jq --arg code "$1" "${2:-.}"' |
		.config |= .[0:44] + "8500" + .[48:] |
		.otp = $code + .otp[16:] |
		.data[10] = "30303034413330423030314334373241" + "00" * 56' \
		"$GOLDEN/chip-images/tng.json" >"$TMP/lora"
	use_image "$TMP/lora"
	in_slot_8='.data[8] = .data[11] + .data[10] + .data[12] + .data[8][432:] |
		.data[10] = "30303034413330423030314334373241" + "00" * 56'
}

# verified NAME...: device.pem is by the signer, and names NAME.
verified() {
	cat "$MNT/device.pem" >"$TMP/device.pem"
	cat "$MNT/signer.pem" >"$TMP/signer.pem"
	run -0 verify_device "$TMP/device.pem" "$TMP/signer.pem"
	openssl x509 -in "$TMP/device.pem" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
	run -0 openssl x509 -in "$TMP/device.pem" -noout -nameopt RFC2253 \
		-subject -ext subjectAltName
	assert_output --partial "$1"
}

# otp_code HEX: the OTP zone of $CHIP begins with this code.
otp_code() {
	jq --arg code "$1" '.otp = $code + .otp[16:]' "$CHIP" >"$TMP/image"
	use_image "$TMP/image"
}

@test "TNGTLS: both codes stand for template 3, with an EUI-48" {
	local code
	for code in 4b5170325a6b4438 7836746a755a4d79; do
		new_chip tng
		otp_code "$code"
		issue 30
		mount_chip
		verified eui48_
		unmount_chip
	done
}

@test "older TNGTLS: both codes stand for template 2, without an EUI-48" {
	local code
	for code in 77644e78416a6165 5273757935594a68; do
		new_chip tng
		otp_code "$code"
		issue 20
		mount_chip
		verified "CN=$(state_of chip_serial | tr a-f A-F) ATECC"
		refute_output --partial eui48
		unmount_chip
	done
}

# verified_lora NAME OTHER: as verified, and OTHER is not named. The chip signs,
# and nothing of it is changed.
verified_lora() {
	cp "$CHIP" "$TMP/before"
	mount_chip
	assert_equal "$(state_of type) $(state_of certificates)" "foreign good"
	verified "$1"
	refute_output --partial "$2"
	assert_errno ENODATA write_text "$MNT/settings/server" value
	printf message >"$TMP/message"
	cat "$MNT/signatures/$(sha256sum <"$TMP/message" | cut -c -64).der" \
		>"$TMP/signature"
	assert_signed "$TMP/message" "$TMP/signature"
	cmp "$MNT/pubkey.pem" "$MNT/keys/1/pubkey.pem"
	cat "$MNT/device.pem" "$MNT/signer.pem" | cmp - "$MNT/chain.pem"
	unmount_chip
	cmp "$CHIP" "$TMP/before"
}

@test "TNGLORA: both codes stand for template 4, with an EUI-64 and a key in slot 1" {
	lora_chip 6a734d753769594f
	issue 40
	verified_lora eui64_0004A30B001C472A ATECC
	# Another configuration than Trust&Go's.
	lora_chip 3039714a4e784933 '.config |= .[0:40] + "8300" + .[44:]'
	issue 40
	verified_lora CN=sn0123A23F29F9366A01 ATECC
}

@test "older TNGLORA: its code stands for template 2, without an EUI-64" {
	lora_chip 42785a766d367132
	issue 20
	verified_lora "CN=0123A23F29F9366A01 ATECC" eui
}

@test "TNGLORA with a certificate of another template: EUCLEAN with its number" {
	lora_chip 6a734d753769594f
	issue 40
	jq '.data[8] |= .[0:282] + "60" + .[284:]' "$CHIP" >"$TMP/image"
	use_image "$TMP/image"
	mount_chip
	assert_errno EUCLEAN cat "$MNT/device.pem"
	run state_of certificates
	assert_output --partial "template 6"
}

@test "another code, or another template than its code's: EUCLEAN with its number" {
	new_chip tng
	otp_code 4142434445464748
	mount_chip
	assert_errno EUCLEAN cat "$MNT/device.pem"
	run state_of certificates
	assert_output --partial "template 3"
	assert_output --partial 4142434445464748
	unmount_chip
	use_image "$GOLDEN/chip-images/tng.json"
	jq '.data[10] |= .[0:138] + "50" + .[140:]' "$CHIP" >"$TMP/image"
	use_image "$TMP/image"
	mount_chip
	assert_errno EUCLEAN cat "$MNT/device.pem"
	run state_of certificates
	assert_output --partial "template 5"
}

@test "TrustFLEX is found, signs and agrees; nothing is changed, nothing can be" {
	use_image "$GOLDEN/family/trustflex-tls.json"
	mount_chip
	assert_equal "$(state_of type) $(state_of state)" "trustflex complete"
	assert_equal "$(cat "$MNT/chip/address")" 0x36
	assert_equal "$(cat "$MNT/serial")" "$(state_of chip_serial | tr a-f A-F)"
	printf message >"$TMP/message"
	cat "$MNT/signatures/$(sha256sum <"$TMP/message" | cut -c -64).der" \
		>"$TMP/signature"
	assert_signed "$TMP/message" "$TMP/signature"
	run -0 openssl req -in "$MNT/device.csr" -noout -verify
	cat "$MNT/pubkey.pem" >"$TMP/peer.pem"
	cat "$TMP/peer.pem" >"$MNT/ecdh"
	assert_errno ENODATA cat "$MNT/device.pem"
	provision_request >"$TMP/request"
	assert_errno EPERM write_file "$MNT/provision" "$TMP/request"
	assert_errno ENODATA write_text "$MNT/settings/server" value
	assert_errno ENODATA cat "$MNT/settings.etf"
	local name
	for name in aux slots board user eui48; do
		assert_not_exists "$MNT/$name"
	done
	head -c 32 "$MNT/random" >"$TMP/random"
	unmount_chip
	cmp "$CHIP" "$GOLDEN/family/trustflex-tls.json"
}

@test "TrustFLEX: its certificate is of template 3 without an EUI-48" {
	use_image "$GOLDEN/family/trustflex-tls.json"
	issue 30
	mount_chip
	verified "CN=sn$(state_of chip_serial | tr a-f A-F)"
	refute_output --partial eui48
}
