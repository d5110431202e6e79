# SPDX-License-Identifier: Apache-2.0
# Provisioning when the signer's key is on another machine: a request goes there,
# and a certificate comes back.

load helpers

setup() {
	nk_setup
	nerveskey-ca signer create "$TMP/ca" --years-valid 31
}

# The key is made, the request is in $TMP/device.csr.
begin() {
	printf '%s\n' serial=N7 begin >"$MNT/provision"
	cat "$MNT/device.csr" >"$TMP/device.csr"
}

# On the machine with the key.
sign_request() {
	nerveskey-ca device sign --signer-cert "$TMP/ca.cert" \
		--signer-key "$TMP/ca.key" --csr "$TMP/device.csr" \
		>"$TMP/device.cert"
}

# commit [LINE...]: the certificate comes in.
commit() {
	{
		printf '%s\n' serial=N7 "$@"
		cat "$TMP/device.cert" "$TMP/ca.cert"
		echo commit
	} >"$TMP/request"
	write_file "$MNT/provision" "$TMP/request"
}

assert_complete() {
	assert_equal "$(state_of state)" complete
	assert_equal "$(cat "$MNT/serial")" N7
	assert_equal "$(der_of "$MNT/device.pem")" \
		"$(der_of "$TMP/device.cert")"
	run openssl verify -CAfile "$TMP/ca.cert" "$MNT/device.pem"
	assert_success
}

check_off_device() {
	if [[ $PART == tng ]]; then
		cp "$CHIP" "$TMP/before"
		assert_errno EPERM write_text "$MNT/provision" "begin
"
		cmp "$CHIP" "$TMP/before"
		return
	fi
	begin
	assert_equal "$(state_of state)" configured
	run openssl req -in "$TMP/device.csr" -verify -noout -nameopt RFC2253 -subject
	assert_success
	assert_line "subject=CN=N7"
	sign_request
	commit
	assert_complete
}

@test "every part but Trust&Go: begin, a request out, a certificate in, commit" {
	each_part "" check_off_device
}

@test "the certificate may come in after another mount" {
	new_chip 608b
	mount_chip
	begin
	unmount_chip
	sign_request
	mount_chip
	assert_equal "$(state_of state)" configured
	commit
	assert_complete
}

@test "begin again makes a new key, for which an old certificate is refused" {
	new_chip 608b
	mount_chip
	begin
	sign_request
	begin
	assert_errno EINVAL commit
	assert_equal "$(state_of state)" configured
	sign_request
	commit
	assert_complete
}

@test "board and user bytes come with the commit" {
	new_chip 608b
	mount_chip
	begin
	sign_request
	commit board=Board user=c0ffee
	assert_complete
	assert_equal "$(cat "$MNT/board")" Board
	assert_equal "$(head -c 3 "$MNT/user" | xxd -p)" c0ffee
}

@test "refused: mode=volatile, whose key signs no request yet" {
	new_chip 608b
	mount_chip
	cp "$CHIP" "$TMP/before"
	printf '%s\n' mode=volatile \
		activation-key=000102030405060708090a0b0c0d0e0f \
		encryption-key=101112131415161718191a1b1c1d1e1f \
		begin >"$TMP/request"
	assert_errno EINVAL write_file "$MNT/provision" "$TMP/request"
	cmp "$CHIP" "$TMP/before"
	assert_regex "$(state_of last_error)" \
		'^EINVAL: mode=volatile: .* only after activation, .* signer-key='
}

# assert_refused: the commit is EINVAL, and the key stays as begin has left it.
assert_refused() {
	cp "$CHIP" "$TMP/before"
	assert_errno EINVAL commit
	cmp "$CHIP" "$TMP/before"
	echo reset >"$MNT/provision"
}

@test "refused: a certificate for another key" {
	new_chip 608b
	mount_chip
	begin
	nerveskey-ca device create N7 --signer-cert "$TMP/ca.cert" \
		--signer-key "$TMP/ca.key" --output "$TMP/other"
	cp "$TMP/other.cert" "$TMP/device.cert"
	assert_refused
}

@test "refused: a certificate with another serial" {
	new_chip 608b
	mount_chip
	begin
	sign_request
	{
		echo serial=N8
		cat "$TMP/device.cert" "$TMP/ca.cert"
		echo commit
	} >"$TMP/request"
	assert_errno EINVAL write_file "$MNT/provision" "$TMP/request"
	assert_equal "$(state_of state)" configured
}

@test "refused: a certificate of another signer" {
	new_chip 608b
	mount_chip
	begin
	sign_request
	nerveskey-ca signer create "$TMP/other" --years-valid 31
	mv "$TMP/other.cert" "$TMP/ca.cert"
	assert_refused
}

@test "refused: a certificate that 72 bytes cannot hold" {
	new_chip 608b
	mount_chip
	begin
	openssl x509 -req -in "$TMP/device.csr" -CA "$TMP/ca.cert" \
		-CAkey "$TMP/ca.key" -set_serial 1 -days 20 \
		-out "$TMP/device.cert" 2>/dev/null
	assert_refused
}

@test "nerveskey-ca refuses a request that was changed on the way" {
	new_chip 608b
	mount_chip
	begin
	openssl req -in "$TMP/device.csr" -outform DER -out "$TMP/der"
	printf 'N8' | dd of="$TMP/der" bs=1 conv=notrunc status=none \
		seek="$(grep -obUa N7 "$TMP/der" | cut -d : -f 1)"
	openssl req -inform DER -in "$TMP/der" -out "$TMP/device.csr"
	run sign_request
	assert_failure 1
}
