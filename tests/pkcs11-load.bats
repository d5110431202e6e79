# SPDX-License-Identifier: Apache-2.0
# Many signatures and many clients. tests/bench/pkcs11-load runs this with the
# full numbers: 70,000 signatures, 1,000 handshakes.

load helpers
load pkcs11

SIGNATURES=${NK_LOAD_SIGNATURES:-1500}
HANDSHAKES=${NK_LOAD_HANDSHAKES:-80}
CLIENTS=8

setup() {
	pkcs11_setup
	# shellcheck disable=SC2034 # the mount uses it
	SIM_OPTIONS=timing=none,clock=virtual
	mount_identity
}
teardown() { pkcs11_teardown; }

seconds_of() { awk "BEGIN { print $EPOCHREALTIME - $1 }"; }

@test "one process makes signature after signature and does not grow" {
	local start=$EPOCHREALTIME
	run client "$PYTHON" "$ROOT/tests/pkcs11-client.py" \
		<<<"many $SIGNATURES"
	assert_success
	assert_output --regexp "^$SIGNATURES signatures, 0 descriptors, "
	local said=$output kib=${output#*descriptors, }
	assert [ "${kib%% *}" -le 1024 ]
	echo "# $said in $(seconds_of "$start") s" >&3
}

# The Nth client's share of handshakes, each a connection of its own.
connect() {
	https_get --no-sessionid \
		"https://localhost:$HTTPS_PORT/[1-$((HANDSHAKES / CLIENTS))]" \
		>"$TMP/client.$1" 2>&1
}

@test "clients at once, handshake after handshake, none failing" {
	local start pids=() n
	make_server_identity
	use_openssl_engine
	serve_https
	start=$EPOCHREALTIME
	for ((n = 0; n < CLIENTS; n++)); do
		connect "$n" 3>&- &
		pids+=($!)
	done
	wait_all "${pids[@]}"
	run cat "$TMP"/client.*
	assert_equal "$(grep -c '^CN=N1234567 TLSv1' <<<"$output")" "$HANDSHAKES"
	assert_equal "${#lines[@]}" "$HANDSHAKES"
	echo "# $HANDSHAKES handshakes of $CLIENTS clients in" \
		"$(seconds_of "$start") s" >&3
}
