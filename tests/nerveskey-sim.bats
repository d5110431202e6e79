# SPDX-License-Identifier: Apache-2.0
# The tool that makes, shows and serves simulated chips.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be

load helpers
load sim-server

setup() { setup_server; }
teardown() { teardown_server; }

# with_bus PROGRAM...: it finds $SOCKET as /dev/i2c-1.
with_bus() {
	I2C_PRELOAD_BUS="1=$SOCKET" \
		LD_PRELOAD="$(sanitizer_first)$NK_BUILD/lib/preload_i2c.so" "$@"
}

sanitizer_first() {
	ldd "$NK_BUILD/lib/preload_i2c.so" |
		sed -n 's/.*=> \(.*lib[at]san[^ ]*\).*/\1 /p'
}

# By i2ctransfer: wake the chip, and send it a packet.
wake() {
	run with_bus i2ctransfer -y -a 1 w1@0x00 0
	assert_failure
	with_bus i2ctransfer -y 1 r4@0x60
}
ask() { with_bus i2ctransfer -y 1 "w$(($# + 1))@0x60" 3 "$@"; }
answer() { with_bus i2ctransfer -y 1 "r$1@0x60"; }
ask_revision() { ask 7 0x30 0 0 0 0x03 0x5d; }

@test "create makes a blank chip, a 608B when not told otherwise" {
	nerveskey-sim create "$CHIP"
	run jq -r .model "$CHIP"
	assert_output 608b
	run nerveskey-sim show "$CHIP"
	assert_line "configuration: open"
	assert_line "data and OTP: open"
}

@test "the same seed makes the same chip, another one another chip" {
	nerveskey-sim create "$TMP/a" --model 508a --seed 7
	nerveskey-sim create "$TMP/b" --model 508a --seed 7
	nerveskey-sim create "$TMP/c" --model 508a --seed 8
	cmp "$TMP/a" "$TMP/b"
	run cmp "$TMP/a" "$TMP/c"
	assert_failure 1
}

@test "create never overwrites a chip" {
	nerveskey-sim create "$CHIP"
	cp "$CHIP" "$TMP/before"
	run nerveskey-sim create "$CHIP" --model 508a
	assert_failure 1
	assert_output --partial "left alone"
	run nerveskey-sim create "$CHIP" --from "$GOLDEN/chip-images/tng.json"
	assert_failure 1
	cmp "$CHIP" "$TMP/before"
}

@test "create copies an image with all that is in it" {
	local image=$GOLDEN/chip-images/608b-provisioned.json
	nerveskey-sim create "$CHIP" --from "$image"
	run diff <(jq -S . "$image") <(jq -S . "$CHIP")
	assert_success
}

@test "the chip's file is for its owner only" {
	nerveskey-sim create "$CHIP"
	run stat -c %a "$CHIP"
	assert_output 600
}

@test "create refuses what is not a chip, a model, or a seed" {
	echo '{"model":"608b"}' >"$TMP/bad"
	run nerveskey-sim create "$CHIP" --from "$TMP/bad"
	assert_failure 1
	assert_output --partial "\"config\" is not a string of 256 hex digits"
	jq '.model = "204a"' "$GOLDEN/chip-images/508a-factory.json" >"$TMP/bad"
	run nerveskey-sim create "$CHIP" --from "$TMP/bad"
	assert_failure 1
	assert_output --partial 'no model "204a"'
	run nerveskey-sim create "$CHIP" --model 204a
	assert_failure 1
	assert_output --partial "508a"
	run nerveskey-sim create "$CHIP" --seed x
	assert_failure 1
	assert_file_not_exists "$CHIP"
}

@test "show names locks, keys and slots" {
	new_chip 608b provisioned
	run nerveskey-sim show "$CHIP"
	assert_line "chip serial: 012350aba6e49c50ee"
	assert_line "configuration: locked"
	assert_line "data and OTP: locked"
	assert_line "  8720/3300, private key, secret, locked, has a key"
}

@test "show of what is not there, or is no chip, says so" {
	run -1 nerveskey-sim show "$TMP/nowhere"
	assert_output --partial "$TMP/nowhere: No such file"
	echo '{}' >"$TMP/empty"
	run -1 nerveskey-sim show "$TMP/empty"
	assert_output --partial "$TMP/empty"
}

@test "a chip has one owner at a time" {
	new_chip 608b
	serve_chip
	run nerveskey-sim serve "$CHIP" --socket "$TMP/other.sock"
	assert_failure 1
	assert_output --partial \
		"$CHIP is in use by process $server (nerveskey-sim)"
	nk_end_server "$server"
	server=
	mount_chip
	run nerveskey-sim serve "$CHIP" --socket "$TMP/other.sock"
	assert_failure 1
	# On the bus, the chip is not the driver's file.
	[[ $NK_BUS == i2c ]] ||
		assert_output --partial \
			"in use by process $DAEMON (nerveskeyfs), mounted at $MNT"
}

@test "a file in a socket's place is left alone" {
	new_chip 608b
	cp "$CHIP" "$TMP/before"
	run nerveskey-sim serve "$CHIP" --socket "$CHIP"
	assert_failure 1
	assert_output --partial "$CHIP exists and is not a socket"
	run nerveskey-sim serve "$CHIP" --socket "$SOCKET" --control "$CHIP"
	assert_failure 1
	cmp "$CHIP" "$TMP/before"
	echo mine >"$SOCKET.new"
	run nerveskey-sim serve "$CHIP" --socket "$SOCKET"
	assert_failure 1
	assert_equal "$(cat "$SOCKET.new")" mine
	assert_not_exists "$SOCKET.ctl"
}

@test "a socket is one server's" {
	new_chip 608b
	serve_chip
	nerveskey-sim create "$TMP/other"
	run nerveskey-sim serve "$TMP/other" --socket "$SOCKET"
	assert_failure 1
	assert_output --partial "is served already"
	run control stats
	assert_success
}

@test "i2ctransfer wakes the chip and reads its revision" {
	new_chip 608b
	serve_chip
	run wake
	assert_output "0x04 0x11 0x33 0x43"
	ask_revision
	run answer 7
	assert_output "0x07 0x00 0x00 0x60 0x03 0x83 0xbb"
}

@test "i2cdetect sees a chip that is awake, and no other" {
	new_chip 608b
	serve_chip
	run with_bus i2cdetect -y -r 1 0x60 0x60
	assert_output --partial "60: --"
	wake
	run with_bus i2cdetect -y -r 1
	assert_line --regexp '^60: 60 -- -- '
	refute_line --regexp '^[0-57]0: .*[0-9a-f][0-9a-f] '
	wake
	run with_bus i2cdetect -y -q 1 0x60 0x60
	assert_output --partial "60: 60"
}

@test "SMBus calls of i2cget and i2cset reach the chip" {
	new_chip 608b
	serve_chip
	wake
	ask_revision
	run with_bus i2cget -y 1 0x60
	assert_output 0x07
	with_bus i2cset -y 1 0x60 0x00
	run with_bus i2cget -y 1 0x60
	assert_output 0x07
	with_bus i2cset -y 1 0x60 0x01
	run with_bus i2cget -y 1 0x60
	assert_failure
}

@test "a NAK is called what the adapter calls it" {
	local -A words=(
		[ENXIO]="No such device or address"
		[EREMOTEIO]="Remote I/O error"
		[EIO]="Input/output error"
		[ETIMEDOUT]="Connection timed out"
	)
	new_chip 608b
	serve_chip
	for name in "${!words[@]}"; do
		I2C_PRELOAD_ADAPTER=nak=$name run with_bus i2ctransfer -y 1 r4@0x60
		assert_failure
		assert_output --partial "${words[$name]}"
	done
}

@test "a bus that is not there is no device" {
	new_chip 608b
	run with_bus i2ctransfer -y 1 r4@0x60
	assert_failure
	assert_output --partial "No such file or directory"
	serve_chip
	run with_bus i2ctransfer -y 2 r4@0x60
	assert_failure
}

@test "several clients share one bus" {
	new_chip 608b
	serve_chip
	wake
	local scans=()
	for _ in 1 2 3 4; do
		with_bus i2cdetect -y -r 1 >/dev/null &
		scans+=($!)
	done
	wait_all "${scans[@]}"
	run control stats
	assert_success
	run jq .naks <<<"$output"
	assert_output --regexp '^[1-9][0-9]+$'
}

@test "--addr moves the chip" {
	new_chip 608b
	serve_chip --addr 0x35
	run wake
	assert_failure
	run with_bus i2ctransfer -y 1 r4@0x35
	assert_output "0x04 0x11 0x33 0x43"
}

@test "statistics count commands by opcode and modelled time" {
	new_chip 608b
	serve_chip --timing typical --hz 100000
	run with_bus i2ctransfer -y -a 1 w1@0x00 0
	wait_until answer 4
	ask_revision
	wait_until answer 7
	run jq -c '[.commands, .by_opcode["30"], .execution_us, .wakes]' \
		<(control stats)
	assert_output '[1,1,500,1]'
	run jq '.bus_us >= 90 * (1 + 5 + 9 + 8)' <(control stats)
	assert_output true
	control reset
	run jq -c '[.commands, .bus_us]' <(control stats)
	assert_output '[0,0]'
}

@test "faults come when they are ordered" {
	new_chip 608b
	serve_chip
	wake
	control faults nak@2
	ask_revision
	run answer 7
	assert_failure
	run answer 7
	assert_output "0x07 0x00 0x00 0x60 0x03 0x83 0xbb"
	run control faults nonsense@1
	assert_failure 1
	assert_output --partial "KIND@N"
}

@test "a chip without power answers nothing until it is back" {
	new_chip 608b
	serve_chip
	control power off
	run wake
	assert_failure
	control power on
	run wake
	assert_output "0x04 0x11 0x33 0x43"
	control remove
	run wake
	assert_failure
	control insert
	run wake
	assert_output "0x04 0x11 0x33 0x43"
}

@test "another chip can be put into the socket" {
	new_chip 608b
	serve_chip
	wake
	nerveskey-sim create "$TMP/other" --model 508a
	control swap "$TMP/other"
	wake
	ask_revision
	run answer 7
	assert_output --partial "0x00 0x00 0x50 0x00"
	run control swap "$TMP/nowhere/x"
	assert_failure 1
}

@test "the server ends at SIGTERM and leaves no socket" {
	new_chip 608b
	serve_chip
	kill "$server"
	wait "$server"
	server=
	assert_not_exists "$SOCKET"
	assert_not_exists "$SOCKET.ctl"
}

@test "a socket left behind is replaced" {
	new_chip 608b
	serve_chip
	kill -KILL "$server"
	wait "$server" || true
	rm "$SOCKET"
	serve_chip
	run wake
	assert_output "0x04 0x11 0x33 0x43"
}

@test "usage errors are told apart from failures" {
	run nerveskey-sim
	assert_failure 2
	run nerveskey-sim frobnicate
	assert_failure 2
	run nerveskey-sim serve "$TMP/x"
	assert_failure 2
	run nerveskey-sim --help
	assert_success
	assert_output --partial "usage:"
	run nerveskey-sim control "$TMP/nobody" stats
	assert_failure 1
}
