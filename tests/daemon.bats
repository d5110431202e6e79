# SPDX-License-Identifier: Apache-2.0
# The program around the mount: starting, refusing to start, ending.

load helpers

setup() {
	nk_setup
	mkdir "$MNT"
}

teardown() {
	local -i failed=0
	nk_teardown || failed=1
	! mountpoint -q "$MNT" || fusermount3 -u -z "$MNT"
	return "$failed"
}

assert_not_mounted() {
	run mountpoint -q "$MNT"
	assert_failure
}

# A wrong DEVICE is refused with one sentence that says what is wrong.
assert_no_device() {
	run nerveskeyfs "$1" "$MNT" -f
	assert_failure
	assert_equal "$(wc -l <<<"$output")" 1
	assert_output --partial "$2"
	assert_not_mounted
}

daemon_pid() {
	pgrep -of "^nerveskeyfs sim:$CHIP"
}

@test "--help says how to use it" {
	run nerveskeyfs --help
	assert_success
	assert_output --partial "DEVICE MOUNTPOINT"
	assert_output --partial "sim:FILE"
}

@test "--version says a version" {
	run nerveskeyfs --version
	assert_success
	local number='[0-9]+\.[0-9]+[^ ,)]*'
	assert_output --regexp \
		"^nerveskeyfs $number \(libfuse $number, Linux $(uname -r)\)\$"
}

@test "who has the chip is named, and where it is mounted" {
	sim_only
	new_chip 608b provisioned
	mount_chip
	mkdir "$TMP/second"
	run nerveskeyfs "$(chip_device)" "$TMP/second" -f
	assert_failure
	assert_output --partial \
		"$CHIP is in use by process $DAEMON (nerveskeyfs), mounted at $MNT"
	# From a mount namespace of its own it says so.
	run unshare -m nerveskeyfs "$(chip_device)" "$TMP/second" -f
	assert_output --partial "mounted at $MNT in another mount namespace"
}

@test "without arguments it says what it wants" {
	run nerveskeyfs
	assert_failure
	assert_output --partial DEVICE
	run nerveskeyfs "sim:$CHIP"
	assert_failure
	assert_output --partial MOUNTPOINT
}

@test "the mount answers as soon as the program has gone to the background" {
	sim_only
	new_chip 608b provisioned
	nerveskeyfs "sim:$CHIP" "$MNT" 3>&-
	assert_equal "$(cat "$MNT/serial")" N1234567
	local pid
	pid=$(daemon_pid)
	fusermount3 -u "$MNT"
	wait_until nk_is_dead "$pid"
}

@test "a start without standard streams works, and the log is in no other file" {
	sim_only
	new_chip 608b provisioned
	timeout 60 nerveskeyfs "sim:$CHIP" "$MNT" 3>&- 2>&- 1>&- 0<&-
	assert_equal "$(cat "$MNT/serial")" N1234567
	fusermount3 -u "$MNT"
	jq -e .config "$CHIP"
}

# syslog_of COMMAND...: what it says to /dev/log. In a mount namespace of its own.
# shellcheck disable=SC2016 # the inner shell expands
syslog_of() {
	own_dev bash -eu -c '
		exec python3 - "$@" <<-"END"
			import socket, subprocess, sys
			log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
			log.bind("/dev/log")
			subprocess.run(sys.argv[1:], check=True)
			log.setblocking(False)
			try:
			    while True:
			        print(log.recv(4096).decode())
			except BlockingIOError:
			    pass
		END' - "$@"
}

@test "in the background the log is syslog's, with its levels" {
	sim_only
	wants_mounts
	new_chip 608b provisioned
	export MNT
	# shellcheck disable=SC2016 # the inner shell expands
	run -0 syslog_of bash -c 'nerveskeyfs "$1" "$MNT" 3>&-
		echo nonsense >"$MNT/sign"
		head -c 4000 "$MNT/random" >/dev/null # the chip is gone by then
		fusermount3 -u "$MNT"' - "sim:$CHIP,faults=gone@100"
	# 24 is LOG_DAEMON, 4 a warning, 6 information.
	assert_line --regexp '^<30>.* nerveskeyfs\[[0-9]+\]: write sign: a digest is'
	assert_line --regexp '^<28>.* nerveskeyfs\[[0-9]+\]: .*: the chip is gone$'
}

@test "the simulator makes a missing chip, a blank 608B" {
	sim_only
	mount_chip
	assert_equal "$(state_of state)" blank
	assert_equal "$(state_of model)" ATECC608B
	assert_file_exists "$CHIP"
}

@test "SIGTERM and SIGINT unmount and end well" {
	sim_only
	local signal pid
	new_chip 608b provisioned
	for signal in TERM INT; do
		nerveskeyfs "sim:$CHIP" "$MNT" 3>&-
		pid=$(daemon_pid)
		kill -"$signal" "$pid"
		wait_until nk_is_dead "$pid"
		assert_not_mounted
	done
}

@test "a daemon whose mount was taken away leaves the next one alone" {
	sim_only
	local first
	new_chip 608b provisioned
	install -m 0644 "$GOLDEN/chip-images/508a-provisioned.json" "$TMP/next"
	nerveskeyfs "sim:$CHIP" "$MNT" 3>&-
	first=$(daemon_pid)
	cd "$MNT"
	fusermount3 -u -z "$MNT"
	nerveskeyfs "sim:$TMP/next" "$MNT" 3>&-
	kill "$first"
	wait_until nk_is_dead "$first"
	cd "$TMP"
	assert_equal "$(state_of model)" ATECC508A
	fusermount3 -u "$MNT"
}

@test "SIGTERM ends a daemon in the foreground with 0" {
	new_chip 608b provisioned
	mount_chip
	kill "$DAEMON"
	wait "$DAEMON"
	assert_not_mounted
	nk_forget_mount 0
}

# The chip has changed since it was copied.
has_begun() { ! cmp -s "$CHIP" "$TMP/before"; }

# end_while COMMAND...: SIGTERM to the daemon when COMMAND has begun to change the
# chip; both must end well.
end_while() {
	local writer
	SIM_OPTIONS=timing=typical mount_chip
	cp "$CHIP" "$TMP/before"
	"$@" &
	writer=$!
	wait_until has_begun
	kill "$DAEMON"
	wait "$writer"
	wait "$DAEMON"
	assert_not_mounted
	nk_forget_mount 0
	nk_end_bus 0
}

# In one write, without the update that O_TRUNC is, and with write's error alone.
overwrite() { printf %s "$2" 1<>"$1"; }

@test "SIGTERM lets a commit finish that has begun" {
	new_chip 608b
	end_while provision_chip
	mount_chip
	assert_equal "$(state_of state)" complete
}

@test "SIGTERM lets an update of the settings finish that has begun" {
	new_chip 608b settings-aux
	local value
	value=$(head -c 125 /dev/urandom | xxd -p | tr -d '\n')
	mount_chip
	echo value >"$MNT/settings/key"
	unmount_chip
	end_while overwrite "$MNT/settings/key" "$value"
	mount_chip
	assert_equal "$(<"$MNT/settings/key")" "$value"
}

@test "a DEVICE that is none is one clear line" {
	assert_no_device nonsense nonsense
	assert_no_device i2c-1:0x99 0x99
	assert_no_device i2c-1: 7-bit
	assert_no_device sim: FILE
	assert_no_device "sim:$CHIP,model=z80" z80
	assert_no_device "sim:$CHIP,colour=blue" colour
	assert_no_device /dev/null /dev/null
}

@test "a bus that is not there is one clear line" {
	sim_only
	run nerveskeyfs i2c-77 "$MNT" -f
	assert_failure
	assert_equal "$(wc -l <<<"$output")" 1
	assert_output --partial i2c-77
	assert_not_mounted
}

@test "a chip that does not answer is one clear line" {
	sim_only
	new_chip 608b provisioned
	run nerveskeyfs "sim:$CHIP,faults=gone@1" "$MNT" -f
	assert_failure
	assert_equal "$(wc -l <<<"$output")" 1
	assert_not_mounted
}

@test "-o wait mounts without a chip and says that there is none" {
	sim_only
	new_chip 608b provisioned
	SIM_OPTIONS=faults=gone@1 mount_chip -o wait
	assert_equal "$(state_of present)" no
	assert_equal "$(state_of state)" absent
	assert_errno ENODEV cat "$MNT/device.pem"
}

@test "one chip has one daemon" {
	sim_only
	new_chip 608b provisioned
	mount_chip
	mkdir "$TMP/second"
	run nerveskeyfs "sim:$CHIP" "$TMP/second" -f
	assert_failure
	assert_equal "$(wc -l <<<"$output")" 1
	assert_output --partial "$CHIP"
	assert_equal "$(cat "$MNT/serial")" N1234567
}

@test "a mount point that is missing is an error" {
	sim_only
	new_chip 608b
	run nerveskeyfs "sim:$CHIP" "$TMP/nowhere" -f
	assert_failure
	assert_output --partial "$TMP/nowhere"
}

@test "a mount whose program has died is named as that" {
	sim_only
	new_chip 608b provisioned
	nerveskeyfs "sim:$CHIP" "$MNT" 3>&-
	local pid
	pid=$(daemon_pid)
	kill -KILL "$pid"
	wait_until nk_is_dead "$pid"
	run nerveskeyfs "sim:$CHIP" "$MNT"
	assert_failure
	assert_equal "${#lines[@]}" 1
	assert_output --partial "left mounted by a program that has died: unmount it first (fusermount3 -u $MNT)"
	fusermount3 -u "$MNT"
	nerveskeyfs "sim:$CHIP" "$MNT" 3>&-
	assert_equal "$(cat "$MNT/serial")" N1234567
}

@test "a single thread is refused, it would make stat wait for signatures" {
	sim_only
	new_chip 608b
	run nerveskeyfs "sim:$CHIP" "$MNT" -f -s
	assert_failure
	assert_output --partial -- -s
	assert_not_mounted
}

@test "a program that cannot go to the background says so" {
	run bash -c 'exec 3>&-; ulimit -n 4; exec nerveskeyfs "$@"' - \
		"sim:$CHIP" "$MNT"
	assert_failure
	assert_output "nerveskeyfs: pipe: Too many open files"
	assert_not_mounted
}

@test "starting does not change the chip" {
	new_chip 608b settings-aux
	jq -S '{config, otp, data, keys}' "$CHIP" >"$TMP/before"
	mount_chip
	cat "$MNT/status" "$MNT/device.pem" "$MNT/settings/port" >/dev/null
	unmount_chip
	jq -S '{config, otp, data, keys}' "$CHIP" | cmp - "$TMP/before"
}
