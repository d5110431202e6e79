# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Network namespaces for .bats files, as root: nobody else's network is touched.
# Each is held by a process of $servers, and goes with it.

declare -gA networks=()

# new_network NAME
new_network() {
	unshare --net sleep infinity 3>&- &
	networks[$1]=$!
	servers+=($!)
	wait_until network_is_own $!
	inside "$1" ip link set lo up
}

network_is_own() {
	[[ $(readlink "/proc/$1/ns/net") != "$(readlink /proc/self/ns/net)" ]]
}

# The process that holds it, by which ip(8) names it; and the namespace's file.
network_holder() { echo "${networks[$1]}"; }
network_file() { echo "/proc/${networks[$1]}/ns/net"; }

# inside NAME COMMAND...
inside() { nsenter --net="$(network_file "$1")" "${@:2}"; }

# serve_inside NAME COMMAND...: in the background; what it says is in
# $TMP/NAME.log. Not by inside: of a function in the background only the shell
# would be ended.
serve_inside() {
	nsenter --net="$(network_file "$1")" "${@:2}" \
		>"$TMP/$1.log" 2>&1 3>&- &
	servers+=($!)
}
