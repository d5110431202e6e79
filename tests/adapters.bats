# SPDX-License-Identifier: Apache-2.0
# Adapters report what happens on the bus in different ways (tests/bus/adapter.h):
# mount, provision, sign and change settings over each kind.
# shellcheck disable=SC2030,SC2031 # each test is a subshell, as it should be
# shellcheck disable=SC2034,SC2154 # helpers.bash takes SIM_OPTIONS, sets nk_command

load helpers

DIGEST=$(printf message | sha256sum | cut -d ' ' -f 1)

setup() {
	nk_setup
	[[ $NK_BUS == i2c ]] || skip "a simulator inside the driver has no adapter"
	around=()
}

sign_message() {
	cat "$MNT/signatures/$DIGEST.der" >"$TMP/signature"
	openssl dgst -sha256 -verify <(cat "$MNT/pubkey.pem") \
		-signature "$TMP/signature" <(printf message)
}

# works_over TRAITS: use a blank $CHIP in all ways, behind an adapter with these
# traits.
works_over() {
	export I2C_PRELOAD_ADAPTER=$1
	mount_chip
	assert_equal "$(state_of state)" blank
	provision_chip
	assert_equal "$(state_of state)" complete
	assert_equal "$(state_of last_error)" ""
	cat "$MNT/signer.pem" >"$TMP/signer.pem"
	cat "$MNT/device.pem" >"$TMP/device.pem"
	verify_device "$TMP/device.pem" "$TMP/signer.pem"
	local _
	for _ in {1..5}; do
		run sign_message
		assert_output "Verified OK"
	done
	write_text "$MNT/settings/server" a.example
	write_text "$MNT/settings/port" 443
	rm "$MNT/settings/server"
	unmount_chip
	mount_chip
	run ls "$MNT/settings"
	assert_output port
	run cat "$MNT/settings/port"
	assert_output 443
	unmount_chip
}

# each_speed TRAITS: on a 508A and a 608B, at typical and at the longest times.
each_speed() {
	local part timing
	for part in 508a 608b; do
		for timing in typical max; do
			echo "$part, $timing:"
			new_chip "$part"
			SIM_OPTIONS=timing=$timing
			works_over "$1"
		done
	done
}

# fast TRAITS: on a 608B that takes no time.
fast() {
	new_chip 608b
	works_over "$1"
}

@test "no NAK is seen when nobody is read" { each_speed no-nak=reads; }

@test "no NAK is seen of long reads" { each_speed no-nak=long-reads; }

@test "no NAK is seen of writes" { each_speed no-nak=writes; }

@test "no NAK is seen at all" { each_speed no-nak=all; }

@test "no NAK is seen at all, and a quick write does nothing" {
	new_chip 608b
	SIM_OPTIONS=timing=typical
	works_over no-nak=all,quick=success
}

@test "a quick write succeeds, and does nothing" { fast quick=success; }

@test "a quick write is a NAK, and does nothing" {
	fast quick=ENXIO
	fast quick=EREMOTEIO
}

@test "a quick write is refused, in one word or another" {
	fast quick=EOPNOTSUPP
	fast quick=EINVAL
	fast quick=EPROTO
	fast no-quick
}

@test "a quick write is answered by anything" {
	fast quick=anything,seed=1
	fast quick=anything,seed=2
}

@test "one transfer in ten fails: a chip is provisioned, and signs 100 times" {
	local -i i
	new_chip 608b
	works_over errors=10,seed=1
	export I2C_PRELOAD_ADAPTER=errors=10,seed=2
	mount_chip
	for i in {1..100}; do
		run sign_message
		assert_output "Verified OK"
	done
}

@test "each 2nd, 3rd, 4th, 7th or 9th transfer fails" {
	local -i i
	for i in 2 3 4 7 9; do
		fast "every=$i"
	done
}

# rival SOCKET SEED: another program uses the chip like Microchip's library: at
# random times it wakes the chip, sends a command, and lets it idle or sleep.
rival() {
	exec python3 - "$@" <<-'END'
		import random, socket, sys, time
		bus = socket.socket(socket.AF_UNIX)
		bus.connect(sys.argv[1])
		random.seed(int(sys.argv[2]))
		def transfer(op, addr, data=b"", size=0):
		    bus.sendall(op + bytes([addr, (size or len(data)) & 255, 0]) + data)
		    status = bus.recv(1)
		    if not status:
		        sys.exit()
		    if op == b"R" and status == b"\0":
		        bus.recv(size, socket.MSG_WAITALL)
		info = bytes.fromhex("030730000000035d")
		words = [lambda: transfer(b"W", 0),
		         lambda: transfer(b"R", 0x60, size=4),
		         lambda: transfer(b"W", 0x60, info),
		         lambda: transfer(b"R", 0x60, size=7),
		         lambda: transfer(b"W", 0x60, b"\2"),
		         lambda: transfer(b"W", 0x60, b"\1")]
		while True:
		    for word in words:
		        if random.random() < 0.7:
		            word()
		        time.sleep(random.random() / 100)
	END
}

@test "another program's words between ours: 100 signatures, and a setting" {
	local -i i
	new_chip 608b provisioned
	SIM_OPTIONS=timing=typical
	mount_chip
	rival "$TMP/bus.0.sock" 1 3>&- &
	local -i rival=$!
	for i in {1..100}; do
		run sign_message
		assert_output "Verified OK"
	done
	write_text "$MNT/settings/server" a.example
	kill -0 "$rival"
	kill "$rival"
	wait "$rival" || true
	run cat "$MNT/settings/server"
	assert_output a.example
	# It did come in between.
	run sed -n 's/^nerveskey_chip_retries_total //p' "$MNT/metrics"
	echo "# retries in 100 signatures: $output" >&3
	((output > 20))
}

# cannot_mount DEVICE [OPTION=VALUE...]: nothing is mounted: why, is in $output.
# The options are the simulator's.
cannot_mount() {
	mkdir -p "$MNT"
	nk_serve_bus 0 "${@:2}"
	nk_daemon_command 0
	run "${around[@]}" "${nk_command[@]}" "$1" "$MNT" -f
	nk_end_bus 0
	assert_failure
}

@test "an adapter that refuses address 0 is told from a chip that is not there" {
	new_chip 608b
	export I2C_PRELOAD_ADAPTER=general=EINVAL
	cannot_mount i2c-1:0x60
	assert_output --partial "refuses to write to address 0"
}

@test "four other devices where no chip is: not a byte is written to them" {
	new_chip 608b
	local writes=$TMP/writes devices=0x60+0x35+0x36+0x38
	export I2C_PRELOAD_ADAPTER=foreign=$devices,writes=$writes
	cannot_mount i2c-1
	assert_output --partial "at 0x60, 0x35, 0x36 or 0x38"
	assert_output --partial "BUS:0xNN names another"
	assert_not_exist "$writes"
	# But where the user says that it is the chip, it is put to sleep.
	cannot_mount i2c-1:0x35
	assert_file_not_empty "$writes"
	run grep -v '^0x35:' "$writes"
	assert_failure
}

@test "other devices beside the chip: not a byte is written to them" {
	new_chip 608b
	export I2C_PRELOAD_ADAPTER=foreign=0x35+0x36+0x38,writes=$TMP/writes
	mkdir -p "$MNT"
	chip_device() { echo i2c-1; }
	mount_chip
	provision_chip
	sign_message
	unmount_chip
	assert_not_exist "$TMP/writes"
}

@test "addresses that a kernel driver has are left alone, and named" {
	new_chip 608b
	export I2C_PRELOAD_ADAPTER=held=0x60+0x36
	cannot_mount i2c-1
	assert_output --partial "no chip answers on i2c-1 at 0x35 or 0x38"
	assert_output --partial "a kernel driver owns address 0x60"
	assert_output --partial "a kernel driver owns address 0x36"
	cannot_mount i2c-1:0x60
	assert_output --partial "a kernel driver owns address 0x60"
}

# own_sys SCRIPT COMMAND...: in a mount namespace of its own, whose /sys has what
# SCRIPT makes there.
# shellcheck disable=SC2016 # the inner shell expands
own_sys() {
	"$ROOT/tests/own-mounts" bash -eu -c '
		mount -t tmpfs sys /sys
		cd /sys
		eval "$1"
		exec "${@:2}"' own_sys "$@"
}

@test "the kernel driver that has the address is named, where /sys knows it" {
	wants_mounts
	new_chip 608b
	export I2C_PRELOAD_ADAPTER=held=0x60
	around=(own_sys 'mkdir -p bus/i2c/devices/1-0060 bus/i2c/drivers/atmel-ecc
		ln -s ../../drivers/atmel-ecc bus/i2c/devices/1-0060/driver')
	cannot_mount i2c-1:0x60
	assert_output --partial \
		"a kernel driver (atmel-ecc) owns address 0x60 of /dev/i2c-1"
}

@test "no chip answers, and the bus runs above 100 kHz: that is said" {
	wants_mounts
	new_chip 608b
	local -i hz
	for hz in 400000 100000; do
		around=(own_sys "mkdir -p class/i2c-adapter/i2c-1/of_node
			printf %08x $hz | xxd -r -p \
				>class/i2c-adapter/i2c-1/of_node/clock-frequency")
		cannot_mount i2c-1 faults=gone@1
		assert_output --partial "no chip answers on i2c-1"
		if ((hz > 100000)); then
			assert_output --partial "; the bus runs at 400000 Hz"
		else
			refute_output --partial "the bus runs"
		fi
	done
}

# Run in a /dev of its own by the next test: COMMAND... is nerveskeyfs.
# shellcheck disable=SC2016 # the inner shell expands
three_more='
	"$@" i2c-1:0x60 "$MNT" -f >"$TMP/holder.log" 2>&1 3>&- &
	holder=$!
	trap "fusermount3 -u \"$MNT\"; wait $holder" EXIT
	until mountpoint -q "$MNT" || ! kill -0 "$holder"; do
		sleep 0.02
	done
	for way in env "unshare --mount" \
		"unshare --mount --pid --fork --mount-proc"; do
		$way "$@" i2c-1:0x60 "$TMP/second" -f || true
	done
	echo "holder: $holder"'

@test "who has the chip is named, and where it is mounted, or that it is hidden" {
	wants_mounts
	new_chip 608b provisioned
	nk_serve_bus 0
	nk_daemon_command 0
	mkdir -p "$MNT" "$TMP/second"
	export I2C_PRELOAD_NODE=1 MNT TMP
	run -0 own_dev bash -eu -c "$three_more" - "${nk_command[@]}"
	local has="another nerveskeyfs has the chip at 0x60 of /dev/i2c-1:"
	local holder=${lines[-1]#holder: }
	assert_regex "$holder" '^[0-9]+$'
	local place="process $holder (nerveskeyfs), mounted at $MNT"
	assert_line "nerveskeyfs: $has $place"
	assert_line "nerveskeyfs: $has $place in another mount namespace"
	assert_line --partial "$has another process, which cannot be seen from here"
}
