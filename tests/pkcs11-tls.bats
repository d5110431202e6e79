# SPDX-License-Identifier: Apache-2.0
# Mutual TLS with the chip's key, by programs that were not written for it.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	mount_identity
	make_server_identity
	PORT=$(free_port)
}
teardown() { pkcs11_teardown; }

serve_gnutls() {
	serve "$PORT" gnutls-serv --echo -p "$PORT" \
		--x509keyfile "$TMP/server.key" \
		--x509certfile "$TMP/server.crt" \
		--x509cafile "$TMP/signer.cert" --require-client-cert
}

gnutls_client() {
	client timeout "$NK_PATIENCE" gnutls-cli --provider "$MODULE" \
		--x509cafile "$TMP/server.crt" -p "$PORT" "$@" localhost
}

@test "gnutls-cli to gnutls-serv, with TLS 1.2 and 1.3" {
	local version
	serve_gnutls
	for version in 1.2 1.3; do
		run gnutls_client --x509keyfile "$KEY_URL" \
			--x509certfile "$CERT_URL" \
			--priority "NORMAL:-VERS-ALL:+VERS-TLS$version" \
			<<<"hello from the chip"
		assert_success
		assert_line --partial "TLS$version"
		assert_line "hello from the chip"
	done
}

@test "gnutls-serv refuses a client without the certificate" {
	serve_gnutls
	run gnutls_client <<<"hello from nobody"
	assert_failure
	assert_output --partial "Certificate is required"
	refute_line "hello from nobody"
}

serve_openssl() {
	serve "$PORT" openssl s_server -accept "127.0.0.1:$PORT" -rev \
		-cert "$TMP/server.crt" -key "$TMP/server.key" \
		-CAfile "$TMP/signer.cert" -Verify 2 -verify_return_error
}

# openssl_client ARGUMENT...: what the server says to "hello". The line stays
# open until the answer is there.
openssl_client() {
	mkfifo "$TMP/line"
	client timeout "$NK_PATIENCE" openssl s_client -quiet -no_ign_eof \
		-connect "127.0.0.1:$PORT" -CAfile "$TMP/server.crt" "$@" \
		<"$TMP/line" >"$TMP/answer" 2>"$TMP/errors" &
	exec 4>"$TMP/line"
	echo hello >&4
	wait_until answered_or_dead $!
	exec 4>&-
	wait $! || true
	cat "$TMP/answer"
	rm "$TMP/line" "$TMP/answer"
}

answered_or_dead() { [[ -s $TMP/answer ]] || nk_is_dead "$1"; }

@test "openssl s_client by the engine to s_server, with TLS 1.2 and 1.3" {
	local version
	use_openssl_engine
	serve_openssl
	for version in tls1_2 tls1_3; do
		run openssl_client "-$version" -engine pkcs11 -keyform engine \
			-key "$KEY_URL" -cert "$MNT/device.pem"
		assert_output olleh
	done
}

@test "s_server refuses a client without the certificate" {
	serve_openssl
	run openssl_client
	refute_output --partial olleh
	grep -q "peer did not return a certificate" "$TMP/server.$PORT.log"
}

@test "curl to nginx, with TLS 1.2 and 1.3" {
	use_openssl_engine
	serve_https
	run https_get --tls-max 1.2 "https://localhost:$HTTPS_PORT/"
	assert_success
	assert_output "CN=N1234567 TLSv1.2 GET / HTTP/1.1"
	run https_get --tlsv1.3 "https://localhost:$HTTPS_PORT/"
	assert_success
	assert_output "CN=N1234567 TLSv1.3 GET / HTTP/1.1"
}

@test "curl with URLs alone, the engine found by itself" {
	serve_https
	run client env PKCS11_MODULE_PATH="$MODULE" curl -sS \
		--cacert "$TMP/server.crt" --key "$KEY_URL" \
		--cert "$CERT_URL" "https://localhost:$HTTPS_PORT/"
	assert_success
	assert_output --partial "CN=N1234567"
}

@test "nginx refuses curl without the certificate" {
	serve_https
	run curl -sS --cacert "$TMP/server.crt" "https://localhost:$HTTPS_PORT/"
	assert_output --partial "No required SSL certificate was sent"
}

@test "the device and its signer make a chain that the root's owner accepts" {
	run client p11tool --provider "$MODULE" --export-chain "$CERT_URL"
	assert_success
	printf '%s\n' "$output" >"$TMP/chain.pem"
	run openssl verify -CAfile "$TMP/signer.cert" "$TMP/chain.pem"
	assert_success
}
