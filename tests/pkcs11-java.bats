# SPDX-License-Identifier: Apache-2.0
# Java with the chip's key, through its own provider of PKCS #11.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	type -P java javac keytool >/dev/null || skip "needs a JDK"
	mount_identity
	printf 'name = NervesKey\nlibrary = %s\nslotListIndex = 0\n' "$MODULE" \
		>"$TMP/java.cfg"
}
teardown() { pkcs11_teardown; }

# The virtual machine's own threads and heap are kept small.
java_client() {
	client timeout "$NK_PATIENCE" java -Xshare:auto -XX:+UseSerialGC \
		"$@"
}

own_client() {
	java_client "$ROOT/tests/Pkcs11Client.java" "$TMP/java.cfg" "$@"
}

@test "keytool lists the key and its certificate, whatever PIN it is given" {
	run -0 client timeout "$NK_PATIENCE" keytool -list -v -keystore NONE \
		-storetype PKCS11 -addprovider SunPKCS11 \
		-providerarg "$TMP/java.cfg" -storepass 1234
	assert_line "Alias name: device"
	assert_line "Entry type: PrivateKeyEntry"
	assert_line "Owner: CN=N1234567"
}

@test "keytool makes a request that the chip has signed" {
	client timeout "$NK_PATIENCE" keytool -certreq -alias device \
		-keystore NONE -storetype PKCS11 -addprovider SunPKCS11 \
		-providerarg "$TMP/java.cfg" -storepass 1234 -file "$TMP/csr"
	run -0 openssl req -in "$TMP/csr" -verify -noout
	assert_output --partial "verify OK"
	run -0 openssl req -in "$TMP/csr" -pubkey -noout
	assert_output "$(<"$MNT/pubkey.pem")"
}

@test "a program signs with each hash" {
	run -0 --separate-stderr own_client sign "some text"
	assert_output "SHA1 true
SHA224 true
SHA256 true
SHA384 true
SHA512 true"
}

@test "KeyAgreement gives the secret that the other side has" {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
		-out "$TMP/peer.key"
	openssl pkey -in "$TMP/peer.key" -pubout -outform DER \
		-out "$TMP/peer.der"
	openssl pkeyutl -derive -inkey "$TMP/peer.key" \
		-peerkey "$MNT/pubkey.pem" -out "$TMP/expected"
	run -0 --separate-stderr own_client agree "$TMP/peer.der"
	assert_output "$(xxd -p -c 32 "$TMP/expected")"
}

# Java looks for a token that was away every five seconds.
is_reloaded() { [[ $(order reload) == OK ]]; }

@test "a key is forgotten with its mount, until its store is loaded again" {
	take_orders timeout "$NK_PATIENCE" java -XX:+UseSerialGC \
		"$ROOT/tests/Pkcs11Client.java" "$TMP/java.cfg" obey
	assert_order sign OK
	take_away
	run order sign
	assert_output --partial "Token has been removed"
	bring_back
	run order sign
	assert_output --partial "no such algorithm"
	wait_until is_reloaded
	assert_order sign OK
}

@test "a TLS client shows the device's certificate" {
	make_server_identity
	serve_https
	run -0 --separate-stderr own_client get "https://localhost:$HTTPS_PORT/" "$TMP/server.crt"
	assert_output --partial "CN=N1234567 TLSv1.3 GET / HTTP/1.1"
}
