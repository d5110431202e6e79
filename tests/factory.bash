# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# For .bats files about contrib/factory/nerveskey-factory: a signer, chips at
# DEVICES, the manifest. Everything is in $TMP, which is the working directory.

factory_setup() {
	nk_setup
	cd "$TMP" || return
	nerveskey-ca signer create ca --years-valid 31 >ca.log
	PATH=$ROOT/contrib/factory:$PATH
	DEVICES=()
	factory_sockets=
}

# put FILE[,OPTION=VALUE...]...: chips, made when they are not there, at the next
# DEVICES, each on a bus of its own where NK_BUS wants one.
put() {
	local chip
	for chip in "$@"; do
		if [[ $NK_BUS == i2c ]]; then
			factory_serve "${chip%%,*}" "${chip#"${chip%%,*}"}"
		else
			DEVICES+=("sim:$chip")
		fi
	done
}

# factory_serve FILE [,OPTION=VALUE...]: model=, and what nk_serve_bus takes.
factory_serve() {
	local CHIP=$TMP/$1 model=608b option
	local -i bus=${#DEVICES[@]}+1
	local -a options=()
	for option in ${2//,/ }; do
		case $option in
		model=*) model=${option#*=} ;;
		*) options+=("$option") ;;
		esac
	done
	[[ -e $CHIP ]] || nerveskey-sim create "$CHIP" --model "$model"
	nk_serve_bus "$bus" "${options[@]}"
	DEVICES+=("i2c-$bus")
	factory_sockets+=${factory_sockets:+,}$bus=$TMP/bus.$bus.sock
}

# take_out: remove all chips from their buses.
take_out() {
	local bus
	# shellcheck disable=SC2154 # helpers.bash has it
	for bus in "${!nk_buses[@]}"; do
		nk_end_bus "$bus"
	done
	DEVICES=()
	factory_sockets=
}

# factory ARGUMENT...: `run` it, or use the command.
factory() {
	local -a command
	factory_command "$@"
	"${command[@]}"
}

# factory_command ARGUMENT...: set `command` to the command line. To start it in
# the background, use the line: a signal to a function would not reach its programs.
factory_command() {
	command=(nerveskey-factory --signer-cert ca.cert --signer-key ca.key
		--manifest manifest --mount-options "state=$TMP/state" "$@")
	[[ -z $factory_sockets ]] ||
		# Leaks of bash and other programs do not count.
		command=(env "I2C_PRELOAD_BUS=$factory_sockets"
			"LD_PRELOAD=$(nk_sanitizer_libraries)$NK_BUILD/lib/preload_i2c.so"
			"ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0"
			"${command[@]}")
}

# manifest FILTER: of all its lines.
manifest() { jq -rs "$1" manifest; }

results() {
	manifest 'map(select(.result != "assigned").result) | group_by(.)
		| map("\(length) \(.[0])") | join(", ")'
}

use_chip() { CHIP=$TMP/$1; }

# The chip in FILE, which is in no bus, is complete and has a certificate that
# the signer verifies.
assert_sound() {
	MNT=$TMP/look
	use_chip "$1"
	mount_chip
	assert_equal "$1 $(state_of state)" "$1 complete"
	openssl verify -CAfile ca.cert "$MNT/device.pem" >verified
	openssl x509 -in "$MNT/device.pem" -noout -fingerprint -sha256 |
		sed 's/.*=//; s/://g' | tr A-F a-f >fingerprint
	cat "$MNT/serial" >serial
	cat "$MNT/chip/serial" >chip_serial
	unmount_chip
}
