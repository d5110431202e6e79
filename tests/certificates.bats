# SPDX-License-Identifier: Apache-2.0
# device.pem, signer.pem, chain.pem, pubkey.pem, device.csr, serial, board: what
# other programs make of them, and that they are the captured bytes.

load helpers

assert_der() {
	assert_equal "$(der_of "$1")" "$2"
}

check_certificates() {
	assert_der "$MNT/device.pem" \
		"$(jq -r .expect.device_cert_der "$CHIP")"
	assert_der "$MNT/signer.pem" \
		"$(jq -r .expect.signer_cert_der "$CHIP")"
	cat "$MNT/device.pem" "$MNT/signer.pem" | cmp - "$MNT/chain.pem"
	openssl x509 -in "$MNT/device.pem" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
	run verify_device "$MNT/device.pem" "$MNT/signer.pem"
	assert_success
}

@test "every part: the captured certificates, byte for byte, and they verify" {
	local part image
	for part in "${PARTS[@]}"; do
		image=$part-provisioned
		[[ $part != tng ]] || image=tng
		use_image "$GOLDEN/chip-images/$image.json"
		mount_chip
		check_certificates
		unmount_chip
	done
}

@test "signer.pem is the signer's own file" {
	new_chip 608b provisioned
	mount_chip
	assert_der "$MNT/signer.pem" "$(der_of "$SIGNER.cert")"
}

@test "openssl reads device.pem and finds its names" {
	new_chip 608b provisioned
	mount_chip
	run openssl x509 -in "$MNT/device.pem" -noout -nameopt RFC2253 -subject -issuer
	assert_success
	assert_line "subject=CN=N1234567"
	assert_line "issuer=CN=Signer"
}

@test "a NervesKey's signer is its own root" {
	new_chip 608b provisioned
	mount_chip
	run openssl verify -no_check_time -CAfile "$MNT/signer.pem" \
		"$MNT/device.pem"
	assert_success
}

@test "a freshly provisioned certificate is valid now and for 31 years" {
	new_chip 608b
	mount_chip
	nerveskey-ca signer create "$TMP/ca" --years-valid 31
	SIGNER=$TMP/ca provision_chip
	run openssl verify -CAfile "$TMP/ca.cert" "$MNT/device.pem"
	assert_success
	openssl x509 -in "$MNT/device.pem" -noout \
		-checkend $((30 * 365 * 86400))
}

@test "a device certificate is no authority and serves clients" {
	new_chip 608b provisioned
	mount_chip
	run openssl x509 -in "$MNT/device.pem" -noout \
		-ext basicConstraints,keyUsage,extendedKeyUsage
	assert_success
	assert_output --partial "CA:FALSE"
	assert_output --partial "Digital Signature, Key Encipherment"
	assert_output --partial "TLS Web Client Authentication"
}

@test "device.csr is signed by the device's key" {
	new_chip 608b provisioned
	mount_chip
	run openssl req -in "$MNT/device.csr" -verify -noout
	assert_success
	openssl req -in "$MNT/device.csr" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
}

@test "every certificate has its true size before it is opened" {
	new_chip 608b provisioned
	mount_chip
	local file
	for file in device.pem signer.pem chain.pem pubkey.pem serial board; do
		cat "$MNT/$file" >"$TMP/content"
		assert_equal "$(stat -c %s "$MNT/$file")" \
			"$(stat -c %s "$TMP/content")"
	done
}

@test "serial and board are one line each" {
	new_chip 608b provisioned
	mount_chip
	printf 'N1234567\n' | cmp - "$MNT/serial"
	printf 'NervesKey\n' | cmp - "$MNT/board"
}

@test "a short r makes the certificate that was signed, not the library's" {
	new_chip 508a short-r
	mount_chip
	assert_der "$MNT/device.pem" "$(golden devices.json \
		'.[] | select(.name == "sig-short-r").der')"
	run verify_device "$MNT/device.pem" "$MNT/signer.pem"
	assert_success
}

@test "a serial with a slash: the subject that the library made of it" {
	use_device slash-attr
	mount_chip
	assert_equal "$(cat "$MNT/serial")" AB/O=Acme
	assert_der "$MNT/device.pem" "$(golden devices.json \
		'.[] | select(.name == "slash-attr").der')"
	run -0 verify_device "$MNT/device.pem" "$MNT/signer.pem"
	run -0 openssl x509 -in "$MNT/device.pem" -noout -nameopt RFC2253 -subject
	assert_output "subject=O=Acme,CN=AB"
}

@test "blanks at the ends of a serial are read as they are" {
	use_device space-ends
	mount_chip
	assert_equal "$(cat "$MNT/serial")" " SN 1 "
	run -0 verify_device "$MNT/device.pem" "$MNT/signer.pem"
}

@test "a blank chip has the files, and opening them says ENODATA" {
	new_chip 608b
	mount_chip
	local file
	for file in device.pem signer.pem chain.pem pubkey.pem serial; do
		assert_file_exists "$MNT/$file"
		assert_errno ENODATA cat "$MNT/$file"
	done
}

@test "certificates cannot be written" {
	new_chip 608b provisioned
	mount_chip
	assert_errno EACCES dd if=/dev/null of="$MNT/device.pem" conv=notrunc
}
