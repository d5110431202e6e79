# SPDX-License-Identifier: Apache-2.0
# For tests of a simulated bus on a socket: $CHIP on $SOCKET, $server its process.
# shellcheck shell=bash

setup_server() {
	nk_setup
	SOCKET=$TMP/bus.sock
	server=
}

# Wait for its end, when a sanitizer reports.
teardown_server() {
	local -i failed=0
	[[ -z $server ]] || nk_end_server "$server" || failed=1
	nk_teardown || failed=1
	return "$failed"
}

# serve_chip [OPTION...]: serve $CHIP on $SOCKET. The clock only counts, so that the
# chip's watchdog does not expire on slow machines.
serve_chip() {
	nerveskey-sim serve "$CHIP" --socket "$SOCKET" --clock virtual "$@" \
		3>&- &
	server=$!
	wait_until test -S "$SOCKET"
}

control() { nerveskey-sim control "$SOCKET" "$@"; }
