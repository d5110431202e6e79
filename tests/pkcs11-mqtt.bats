# SPDX-License-Identifier: Apache-2.0
# MQTT over mutual TLS: mosquitto's clients, and a broker that is a client.

load helpers
load pkcs11

setup() {
	pkcs11_setup
	mount_identity
	make_server_identity
	use_openssl_engine
	serve_broker
	# mosquitto 2.0.11 looks for a file of the key's name, whatever it is.
	cd "$TMP" || return
	touch "$KEY_URL"
}
teardown() { pkcs11_teardown; }

# A broker that accepts clients with a certificate of our signer. Sets PORT.
serve_broker() {
	PORT=$(free_port)
	cat >"$TMP/broker.conf" <<-CONF
		user root
		listener $PORT 127.0.0.1
		certfile $TMP/server.crt
		keyfile $TMP/server.key
		cafile $TMP/signer.cert
		require_certificate true
		use_identity_as_username true
		log_type all
	CONF
	serve "$PORT" mosquitto -c "$TMP/broker.conf"
}

broker_log() { cat "$TMP/server.$PORT.log"; }
broker_said() { broker_log | grep -q "$1"; }

# mqtt COMMAND...: one of mosquitto's clients, with the chip's key.
mqtt() {
	local command=$1
	shift
	client timeout "$NK_PATIENCE" "$command" -h localhost -p "$PORT" \
		--cafile "$TMP/server.crt" --cert "$MNT/device.pem" \
		--tls-engine pkcs11 --keyform engine --key "$KEY_URL" "$@"
}

@test "mosquitto_pub reaches mosquitto_sub, both with the chip's key" {
	mqtt mosquitto_sub -t room/temperature -C 1 >"$TMP/got" &
	wait_until broker_said "Received SUBSCRIBE"
	mqtt mosquitto_pub -t room/temperature -m 21.5
	wait $!
	assert_equal "$(<"$TMP/got")" 21.5
	broker_said "u'N1234567'"
}

@test "the broker refuses a client without the certificate" {
	run timeout "$NK_PATIENCE" mosquitto_pub -h localhost -p "$PORT" \
		--cafile "$TMP/server.crt" -t room/temperature -m 21.5
	assert_failure
	broker_said "peer did not return a certificate"
}

@test "a bridge of mosquitto's carries messages on with the chip's key" {
	local -i local_port
	local_port=$(free_port)
	"$ROOT/contrib/examples/mosquitto-bridge" "localhost:$PORT" \
		"$local_port" "$TMP/server.crt" "$MNT" >"$TMP/bridge.conf"
	if [[ $(id -u) == 0 ]]; then
		echo "user root" >>"$TMP/bridge.conf"
	fi
	serve_client "$local_port" mosquitto -c "$TMP/bridge.conf"
	mqtt mosquitto_sub -t room/temperature -C 1 >"$TMP/got" &
	wait_until broker_said "Received SUBSCRIBE"
	wait_until grep -q "Received CONNACK" "$TMP/server.$local_port.log"
	mosquitto_pub -h 127.0.0.1 -p "$local_port" -t room/temperature -m 22.5
	wait $!
	assert_equal "$(<"$TMP/got")" 22.5
}
