# SPDX-License-Identifier: Apache-2.0
# The module as it is installed, through p11-kit.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	mount_identity
	use_installed_module
}
teardown() { pkcs11_teardown; }

@test "p11-kit takes the .module file, installed with the module" {
	run client p11-kit list-modules
	assert_success
	assert_line --regexp '^(module: )?nerveskey'
	assert_line --regexp 'token: N1234567$'
	# Not in a daemon, whose mount would wait for itself.
	run client bash -c 'exec -a nerveskeyfs p11-kit list-modules'
	assert_success
	assert_line --regexp '^(module: )?p11-kit-trust'
	refute_line --regexp '^(module: )?nerveskey'
}

# readme_line COMMAND: README's line for it.
readme_line() { grep "^$1 .*…\$" "$ROOT/README.md"; }

@test "README's gnutls-cli line works as it is printed" {
	local port line
	make_server_identity
	port=$(free_port)
	serve "$port" gnutls-serv --echo -p "$port" \
		--x509keyfile "$TMP/server.key" \
		--x509certfile "$TMP/server.crt" \
		--x509cafile "$TMP/signer.cert" --require-client-cert
	line=$(readme_line gnutls-cli)
	line=${line/…/--x509cafile $TMP/server.crt -p $port localhost}
	run client timeout "$NK_PATIENCE" bash -c "$line" <<<"hello from the chip"
	assert_success
	assert_line "hello from the chip"
}

@test "README's p11tool line works as it is printed" {
	local line
	line=$(grep '^p11tool ' "$ROOT/README.md")
	run client bash -c "${line/NK-0001/N1234567}"
	assert_success
	assert_line --regexp "object=device;type=private"
	assert_line --regexp "object=signer;type=cert"
}

@test "GnuTLS signs with a URL that names no token" {
	run client p11tool --test-sign "$KEY_URL"
	assert_success
	assert_output --partial "Verifying against public key in the token... ok"
}

# p11kit_client COMMAND...: with what is behind p11-kit's own client module.
p11kit_client() {
	local module
	module=$(pkg-config --variable=p11_module_path p11-kit-1)
	client env P11_KIT_SERVER_ADDRESS="unix:path=$TMP/socket/chip" \
		"${@/CLIENT/$module/p11-kit-client.so}"
}

@test "p11-kit server offers the chip to other processes at a socket" {
	mkdir -m 0777 "$TMP/socket"
	# shellcheck disable=SC2153 # pkcs11.bash sets MODULE
	launch server p11-kit server -f -n "$TMP/socket/chip" \
		--provider "$MODULE" "pkcs11:token=N1234567"
	wait_until test -S "$TMP/socket/chip"
	run -0 p11kit_client p11tool --provider CLIENT --test-sign "$KEY_URL"
	assert_output --partial "Verifying against public key in the token... ok"
	run -0 p11kit_client pkcs11-tool --module CLIENT --list-objects
	assert_line --regexp 'label: *signer'
	echo "some text" >"$TMP/text"
	openssl dgst -sha256 -binary -out "$TMP/socket/digest" "$TMP/text"
	p11kit_client pkcs11-tool --module CLIENT --login --pin 1234 -s \
		-m ECDSA --label device -i "$TMP/socket/digest" \
		--signature-format openssl -o "$TMP/socket/signature"
	openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$TMP/socket/signature" "$TMP/text"
}

@test "p11-kit remote is the chip at the other end of a pipe, or of ssh" {
	local modules=$TMP/.config/pkcs11/modules
	rm "$modules/nerveskey.module"
	echo "remote: |p11-kit remote $MODULE" >"$modules/far.module"
	run client p11-kit list-modules
	assert_line --regexp '^(module: )?far'
	assert_line --regexp 'token: N1234567$'
	run -0 client p11tool --test-sign "pkcs11:token=N1234567;object=device;type=private"
	assert_output --partial "Verifying against public key in the token... ok"
}
