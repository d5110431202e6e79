# SPDX-License-Identifier: Apache-2.0
# NSS with the chip's key: the library of Firefox, by its own tools.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	type -P certutil modutil tstclnt >/dev/null || skip "needs libnss3-tools"
	mount_identity
	DB=sql:$TMP/nss
	mkdir "$TMP/nss"
	certutil -N -d "$DB" --empty-password
	client modutil -dbdir "$DB" -force -add nerveskey -libfile "$MODULE" \
		>"$TMP/modutil.log" 2>&1
}
teardown() { pkcs11_teardown; }

@test "certutil lists the key and the certificates" {
	run -0 client certutil -K -d "$DB" -h N1234567
	assert_line --regexp '^< 0> ec .* device$'
	run -0 client certutil -L -d "$DB" -h all
	assert_line --regexp '^N1234567:device +u,u,u'
	assert_line --regexp '^N1234567:signer '
}

@test "certutil makes a request that the chip has signed" {
	local id
	id=$(client certutil -K -d "$DB" -h N1234567 |
		sed -n 's/^< 0> ec *\([0-9a-f]*\) .*/\1/p')
	client certutil -R -d "$DB" -h N1234567 -k "$id" -s CN=request -a \
		-o "$TMP/csr"
	sed -n '/BEGIN/,$p' "$TMP/csr" >"$TMP/csr.pem"
	run -0 openssl req -in "$TMP/csr.pem" -verify -noout
	assert_output --partial "verify OK"
	run -0 openssl req -in "$TMP/csr.pem" -pubkey -noout
	assert_output "$(<"$MNT/pubkey.pem")"
}

@test "tstclnt shows the device's certificate, with TLS 1.2 and 1.3" {
	local version
	make_server_identity
	serve_https
	client certutil -A -d "$DB" -n server -t CT,, -a -i "$TMP/server.crt"
	for version in 1.2 1.3; do
		printf 'GET / HTTP/1.0\r\n\r\n' >"$TMP/request"
		run client timeout "$NK_PATIENCE" tstclnt \
			-4 -h localhost -p "$HTTPS_PORT" -d "$DB" -n N1234567:device \
			-V "tls$version:tls$version" -A "$TMP/request"
		assert_output --partial "CN=N1234567 TLSv$version GET /"
	done
}
