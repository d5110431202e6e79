# SPDX-License-Identifier: Apache-2.0
# device.csr: a certificate request that the chip has signed.

load helpers

check_request() {
	run openssl req -in "$MNT/device.csr" -verify -noout -nameopt RFC2253 -subject
	assert_success
	assert_line --partial "verify OK"
	assert_line "subject=CN=$(cat "$MNT/serial")"
}

@test "every part: openssl verifies the request and finds the serial in it" {
	each_part provisioned check_request
}

@test "the request is for the device's key" {
	new_chip 608b provisioned
	mount_chip
	openssl req -in "$MNT/device.csr" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
}

@test "GnuTLS verifies the request as well" {
	new_chip 608b provisioned
	mount_chip
	run certtool --crq-info --infile "$MNT/device.csr"
	assert_success
	assert_output --partial "CN=N1234567"
	assert_output --partial "Self signature: verified"
}

@test "an authority makes a certificate of the request" {
	new_chip 608b provisioned
	mount_chip
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-subj "/CN=Another CA" -days 30 -keyout "$TMP/ca.key" \
		-out "$TMP/ca.pem" 2>/dev/null
	cat "$MNT/device.csr" >"$TMP/device.csr"
	openssl x509 -req -in "$TMP/device.csr" -CA "$TMP/ca.pem" \
		-CAkey "$TMP/ca.key" -set_serial 1 -days 20 \
		-out "$TMP/device.pem" 2>/dev/null
	run openssl verify -CAfile "$TMP/ca.pem" "$TMP/device.pem"
	assert_success
	openssl x509 -in "$TMP/device.pem" -pubkey -noout |
		cmp - "$MNT/pubkey.pem"
}

@test "a serial in UTF-8 is in the request as it is" {
	new_chip 608b serial-utf8
	mount_chip
	run openssl req -in "$MNT/device.csr" -noout -subject -nameopt utf8
	assert_success
	assert_output "subject=CN=$(cat "$MNT/serial")"
	run openssl req -in "$MNT/device.csr" -verify -noout
	assert_success
}

@test "the request is made once, and again for another subject or key" {
	new_chip 608b
	mount_chip
	echo begin >"$MNT/provision"
	cat "$MNT/device.csr" >"$TMP/first"
	cmp "$TMP/first" "$MNT/device.csr"
	echo serial=OTHER >"$MNT/provision"
	cat "$MNT/device.csr" >"$TMP/second"
	run openssl req -in "$TMP/second" -verify -noout -nameopt RFC2253 -subject
	assert_line "subject=CN=OTHER"
	echo begin >"$MNT/provision"
	run cmp -s "$TMP/second" "$MNT/device.csr"
	assert_failure 1
	run openssl req -in "$MNT/device.csr" -verify -noout
	assert_success
}

@test "requests of a subject have one length" {
	new_chip 608b
	mount_chip
	local -i size=0 now
	for _ in {1..20}; do
		echo begin >"$MNT/provision"
		now=$(stat -c %s "$MNT/device.csr")
		((size == 0 || now == size))
		size=now
	done
}

@test "no request before there is a key" {
	new_chip 608b
	mount_chip
	assert_errno ENODATA cat "$MNT/device.csr"
}
