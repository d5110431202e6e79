# SPDX-License-Identifier: Apache-2.0
# OpenSSL 3 with the chip's key, through pkcs11-provider.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	local modules
	modules=$(openssl version -m | sed 's/.*"\(.*\)"/\1/')
	[[ -e $modules/pkcs11.so ]] ||
		skip "needs pkcs11-provider, which Debian has since 13"
	mount_identity
	use_openssl_provider
	echo "some text" >"$TMP/text"
}
teardown() { pkcs11_teardown; }

use_openssl_provider() {
	cat >"$TMP/openssl.cnf" <<-CONF
		openssl_conf = init
		[init]
		providers = providers
		[providers]
		default = default_provider
		pkcs11 = pkcs11_provider
		[default_provider]
		activate = 1
		[pkcs11_provider]
		pkcs11-module-path = $MODULE
		activate = 1
		[req]
		distinguished_name = name
		[name]
	CONF
	client_env+=("OPENSSL_CONF=$TMP/openssl.cnf")
}

@test "storeutl lists the key and the certificates" {
	run -0 client openssl storeutl -noout -text "pkcs11:token=N1234567"
	assert_output --partial "CN=N1234567"
	assert_output --partial "CN=Signer"
	run -0 client openssl storeutl -certs "$CERT_URL"
	assert_output --partial "$(openssl x509 -in "$MNT/device.pem")"
	run -0 client openssl storeutl -keys "$KEY_URL"
	assert_output --partial "Total found: 1"
}

@test "dgst signs with each hash" {
	local hash
	for hash in sha1 sha224 sha256 sha384 sha512; do
		client openssl dgst "-$hash" -sign "$KEY_URL" \
			-out "$TMP/signature" "$TMP/text"
		openssl dgst "-$hash" -verify "$MNT/pubkey.pem" \
			-signature "$TMP/signature" "$TMP/text"
	done
}

@test "req makes a request, and x509 a certificate, signed by the chip" {
	client openssl req -new -key "$KEY_URL" -subj /CN=request \
		-out "$TMP/csr"
	run -0 openssl req -in "$TMP/csr" -verify -noout
	assert_output --partial "verify OK"
	client openssl x509 -req -in "$TMP/csr" -key "$KEY_URL" \
		-out "$TMP/crt"
	run -0 openssl verify -CAfile "$TMP/crt" "$TMP/crt"
	assert_output --partial OK
}

@test "cms decrypts by ECDH, whatever hash its key derivation has" {
	local hash
	for hash in sha1 sha256 sha384 sha512; do
		openssl cms -encrypt -aes-256-cbc -in "$TMP/text" -binary \
			-recip "$MNT/device.pem" -keyopt "ecdh_kdf_md:$hash" \
			-outform DER -out "$TMP/message"
		run -0 client openssl cms -decrypt -in "$TMP/message" \
			-inform DER -recip "$MNT/device.pem" -inkey "$KEY_URL"
		assert_output "some text"
	done
}

@test "cms signs by the chip" {
	client openssl cms -sign -in "$TMP/text" -binary -outform DER \
		-signer "$MNT/device.pem" -inkey "$KEY_URL" -out "$TMP/signed"
	run -0 openssl cms -verify -in "$TMP/signed" -inform DER -binary \
		-content "$TMP/text" -CAfile "$TMP/signer.cert" -purpose any
	assert_output --partial "some text"
}

@test "s_client shows the device's certificate, with TLS 1.2 and 1.3" {
	local version
	make_server_identity
	serve_https
	for version in 1.2 1.3; do
		run client timeout "$NK_PATIENCE" openssl s_client -quiet \
			"-tls${version/./_}" -connect "127.0.0.1:$HTTPS_PORT" \
			-CAfile "$TMP/server.crt" -cert "$CERT_URL" \
			-key "$KEY_URL" < <(printf 'GET / HTTP/1.0\r\n\r\n')
		assert_output --partial "CN=N1234567 TLSv$version GET /"
	done
}

# curl has a library context of its own, which no file configures.
@test "curl with --key-type PROV" {
	make_server_identity
	serve_https
	run -0 client env PKCS11_PROVIDER_MODULE="$MODULE" curl -sS \
		--cacert "$TMP/server.crt" \
		--cert-type PROV --cert "$CERT_URL" \
		--key-type PROV --key "$KEY_URL" \
		"https://localhost:$HTTPS_PORT/"
	assert_output --regexp '^CN=N1234567 TLSv1.3 GET /'
}
