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
