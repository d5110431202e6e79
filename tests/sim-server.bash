# SPDX-License-Identifier: Apache-2.0
# For tests of a simulated bus on a socket: $CHIP on $SOCKET, $server its process.
# shellcheck shell=bash

setup_server() {
	nk_setup
	SOCKET=$TMP/bus.sock
	server=
}

teardown_server() {
	[[ -z $server ]] || kill "$server" 2>/dev/null || true
	nk_teardown
}

# serve_chip [OPTION...]: $CHIP on $SOCKET. A clock that only counts: the
# chip's watchdog must not bark at slow machines.
serve_chip() {
	nerveskey-sim serve "$CHIP" --socket "$SOCKET" --clock virtual "$@" \
		3>&- &
	server=$!
	wait_until test -S "$SOCKET"
}

control() { nerveskey-sim control "$SOCKET" "$@"; }
