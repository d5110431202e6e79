# SPDX-License-Identifier: Apache-2.0
# EAP-TLS with the chip's key: wpa_supplicant's code (eapol_test) asks hostapd's
# RADIUS server, in a network namespace of their own.

load helpers
load pkcs11
load networks

setup() {
	pkcs11_setup
	type -P eapol_test hostapd >/dev/null ||
		skip "needs eapoltest and hostapd"
	[[ $(id -u) == 0 ]] || skip "needs root, for a network namespace"
	mount_identity
	make_server_identity
	use_openssl_engine
	new_network radio
	serve_radius
}
teardown() { pkcs11_teardown; }

serve_radius() {
	echo "127.0.0.1 secret" >"$TMP/clients"
	echo "* TLS" >"$TMP/users"
	cat >"$TMP/hostapd.conf" <<-CONF
		driver=none
		radius_server_clients=$TMP/clients
		eap_server=1
		eap_user_file=$TMP/users
		ca_cert=$TMP/signer.cert
		server_cert=$TMP/server.crt
		private_key=$TMP/server.key
	CONF
	serve_inside radio hostapd "$TMP/hostapd.conf"
	wait_until grep -q AP-ENABLED "$TMP/radio.log"
}

# ask_radius LINE...: what eapol_test ends with; LINEs are about the key.
ask_radius() {
	cat >"$TMP/network.conf" <<-CONF
		network={
			key_mgmt=IEEE8021X
			eap=TLS
			identity="N1234567"
			ca_cert="$TMP/server.crt"
			$(printf '%s\n' "$@")
		}
	CONF
	client nsenter --net="$(network_file radio)" \
		eapol_test -c "$TMP/network.conf" -s secret \
		-t "$NK_PATIENCE" >"$TMP/eapol.log" 2>&1 || true
	tail -n 1 "$TMP/eapol.log"
}

@test "a device is let in with the chip's key" {
	run ask_radius "client_cert=\"$MNT/device.pem\"" \
		"private_key=\"$KEY_URL\""
	assert_output SUCCESS
	grep -q CTRL-EVENT-EAP-SUCCESS "$TMP/radio.log"
}

@test "a device with another key is not let in" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$TMP/other.key" -out "$TMP/other.crt" \
		-subj /CN=N1234567 2>/dev/null
	run ask_radius "client_cert=\"$TMP/other.crt\"" \
		"private_key=\"$TMP/other.key\""
	assert_output FAILURE
}
