# SPDX-License-Identifier: Apache-2.0
# OpenVPN with the chip's key, on 127.0.0.1 and without a tunnel device.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	type -P openvpn >/dev/null || skip "needs openvpn"
	mount_identity
	make_server_identity
	PORT=$(free_port)
}
teardown() { pkcs11_teardown; }

ids() {
	client openvpn --show-pkcs11-ids "$MODULE" |
		sed -n 's/.*Serialized id: *//p'
}

# start_end NAME ARGUMENT...: one end of the line.
start_end() {
	launch "$1" openvpn "${@:2}" --dev null --proto udp4 \
		--data-ciphers AES-256-GCM --verb 3
}

said() { grep -q "$2" "$TMP/$1.log"; }

@test "a client with pkcs11-id reaches a server" {
	local id
	id=$(ids)
	start_end server --tls-server --local 127.0.0.1 --port "$PORT" \
		--ca "$TMP/signer.cert" --cert "$TMP/server.crt" \
		--key "$TMP/server.key" --dh none
	wait_until said server "link local"
	start_end client --tls-client --nobind \
		--remote 127.0.0.1 "$PORT" --ca "$TMP/server.crt" \
		--pkcs11-providers "$MODULE" --pkcs11-id "$id"
	wait_until said client "Initialization Sequence Completed"
	said server "\[N1234567\] Peer Connection Initiated"
}

@test "the one certificate with a key is listed, with the chip in its id" {
	run -0 ids
	assert_equal "${#lines[@]}" 1
	assert_output --partial /ATECC608B/
	assert_output --partial /N1234567/
}
