# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# shellcheck disable=SC2119,SC2120 # mount_chip: others pass arguments
#
# Every .bats file loads this: paths, simulated chips, mounts that are always
# removed, and the reports of sanitizers.
#
#	load helpers
#	@test "serial is one line" {
#		new_chip 608b provisioned
#		mount_chip
#		run cat "$MNT/serial"
#		assert_output N1234567
#	}
#
# Environment: NK_BUILD is the build to test. NK_BUS is the way to the chip: sim,
# or i2c for libi2c's code over a bus that preload_i2c.so plays.

bats_require_minimum_version 1.5.0
bats_load_library bats-support
bats_load_library bats-assert
bats_load_library bats-file

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
GOLDEN=$ROOT/tests/golden
. "$ROOT/tests/der.bash"
NK_BUILD=$(cd "${NK_BUILD:-$ROOT/build}" && pwd)
NK_BUS=${NK_BUS:-sim}
PATH=$NK_BUILD/bin:$PATH
# Give up waiting for a condition after this time, which is enough for slow
# machines, sanitizers and valgrind.
NK_PATIENCE=${NK_PATIENCE:-60}
# Tests that cut the power at many commands use only some of them.
NK_STRIDE=${NK_STRIDE:-1}
export ROOT GOLDEN NK_BUILD NK_BUS PATH LC_ALL=C.UTF-8
export BATS_TEST_TIMEOUT=${BATS_TEST_TIMEOUT:-300}

# Do not depend on this machine: user configuration, time zone, language, proxy, or
# the service or git hook that runs the tests.
nk_forget_machine() {
	CCACHE_DIR=${CCACHE_DIR:-$(ccache -k cache_dir 2>/dev/null || true)}
	HOME=$BATS_FILE_TMPDIR/home
	TZ=UTC
	mkdir -p "$HOME"
	export CCACHE_DIR HOME TZ
	# shellcheck disable=SC2086 # names
	unset LANGUAGE BASH_ENV CDPATH NOTIFY_SOCKET WATCHDOG_USEC \
		WATCHDOG_PID OPENSSL_CONF ${!XDG_*} ${!GIT_*} ${!PKCS11_*} \
		${!GNUTLS_*} http_proxy https_proxy all_proxy no_proxy HTTP_PROXY \
		HTTPS_PROXY ALL_PROXY NO_PROXY
}

# A file with its own setup() and teardown() calls these two.
nk_setup() {
	nk_forget_machine
	TMP=$BATS_TEST_TMPDIR
	MNT=$TMP/mnt
	CHIP=$TMP/chip.sim
	SIM_OPTIONS=
	nk_mounts=()
	nk_daemons=()
	nk_logs=()
	nk_buses=()
	local report=log_path=$TMP/sanitizer:exitcode=99
	export ASAN_OPTIONS=$report:detect_leaks=1:detect_stack_use_after_return=1
	export UBSAN_OPTIONS=$report:print_stacktrace=1
	export TSAN_OPTIONS=$report:second_deadlock_stack=1
}

nk_teardown() {
	local -i failed=0 i
	for i in "${!nk_mounts[@]}"; do
		nk_undo_mount "$i" || failed=1
	done
	for i in "${!nk_buses[@]}"; do
		nk_end_bus "$i" || failed=1
	done
	nk_show_reports || failed=1
	return "$failed"
}

setup() { nk_setup; }
teardown() { nk_teardown; }

# wait_until COMMAND...: wait until it succeeds; fail when it never does.
wait_until() {
	local -i deadline=$((SECONDS + NK_PATIENCE))
	until "$@"; do
		if ((SECONDS >= deadline)); then
			echo "never came true: $*" >&2
			return 1
		fi
		sleep 0.02
	done
}

# open_way_to DIR: let other users reach DIR.
open_way_to() {
	local dir=$1
	while [[ $dir != / ]]; do
		chmod a+x "$dir"
		dir=$(dirname "$dir")
	done
}

# new_chip MODEL [IMAGE]: make $CHIP. MODEL is 508a, 608a, 608b or tng; IMAGE a
# golden chip image's name without the model ("provisioned"), else it is blank. A
# Trust&Go part is a new one in either case, as its maker sells it.
new_chip() {
	if [[ -n ${2:-} && $1 != tng ]]; then
		use_image "$GOLDEN/chip-images/$1-$2.json"
	else
		rm -f "$CHIP"
		nerveskey-sim create "$CHIP" --model "$1"
		# shellcheck disable=SC2034 # for tests
		PART=$1
	fi
}

# use_image FILE: make $CHIP a copy of an image. An image is a simulated chip's file.
use_image() {
	rm -f "$CHIP"
	install -m 0644 "$1" "$CHIP"
	# shellcheck disable=SC2034 # for tests
	PART=$(jq -r .model "$CHIP")
}

# use_device NAME [FILTER]: $CHIP is a complete 508A that the Elixir library has
# given the certificate NAME of golden devices.json; changed by a jq FILTER.
use_device() {
	jq --slurpfile devices "$GOLDEN/devices.json" --arg name "$1" '
		($devices[0][] | select(.name == $name)) as $device
		| .config |= $device.chip_sn[0:8] + .[8:16]
			+ $device.chip_sn[8:18] + .[26:]
		| .otp = $device.otp
		| .keys["0"] = $device.private_key
		| .data[10:13] = [$device.slot10, $device.slot11, $device.slot12]
		| '"${2:-.}" "$GOLDEN/chip-images/508a-short-r.json" \
		>"$TMP/device.json"
	use_image "$TMP/device.json"
}

# As FILTER: bytes 88 and 89 have a bit for each slot, 1 for one that is open.
# shellcheck disable=SC2034 # for those who load this
OPEN_SLOTS='.config |= .[0:176] + "ffff" + .[180:]'

read -ra PARTS <<<"${NK_PARTS:-508a 608a 608b tng}"

# each_part IMAGE COMMAND...: mount each part ($PART) in turn, and run COMMAND.
# IMAGE is as for new_chip.
each_part() {
	local part
	for part in "${PARTS[@]}"; do
		echo "on $part:"
		new_chip "$part" "$1"
		mount_chip
		"${@:2}"
		unmount_chip
	done
}

# Print how many commands the chip got since the mount.
commands() {
	sed -n 's/^nerveskey_chip_commands_total //p' "$MNT/metrics"
}

# wants_mounts: skip the test where it may make no mount namespace.
wants_mounts() { unshare --mount true || skip "it wants a mount namespace"; }

# own_dev COMMAND...: run it in a mount namespace of its own whose /dev has what a
# mount needs, and an i2c-1: a node that can be locked, and does nothing else.
# shellcheck disable=SC2016 # the inner shell expands
own_dev() {
	TMP=$TMP "$ROOT/tests/own-mounts" bash -eu -c '
		mkdir -p "$TMP/dev"
		mount -t tmpfs dev "$TMP/dev"
		touch "$TMP/dev/fuse" "$TMP/dev/null"
		mount --bind /dev/fuse "$TMP/dev/fuse"
		mount --bind /dev/null "$TMP/dev/null"
		mknod "$TMP/dev/i2c-1" c 1 3
		mount --rbind "$TMP/dev" /dev
		exec "$@"' own_dev "$@"
}

# all_is_known: wait until the driver has loaded all that it caches. From then on
# it uses the chip only for requests.
all_is_known() {
	local before
	before=$(commands)
	ls -lR "$MNT" >/dev/null
	[[ $(commands) == "$before" ]]
}

# The DEVICE of $CHIP. SIM_OPTIONS is a list like "timing=typical,faults=nak@3",
# which a served chip gets as well.
chip_device() {
	if [[ $NK_BUS == i2c ]]; then
		jq -r 'if .model == "tng" then "i2c-1:0x35"
			else "i2c-1:0x60" end' "$CHIP"
	else
		echo "sim:$CHIP${SIM_OPTIONS:+,$SIM_OPTIONS}"
	fi
}

sim_only() {
	[[ $NK_BUS == sim ]] || skip "${1:-only the simulator can do this}"
}

# mount_chip [ARGUMENT...]: mount $CHIP at $MNT, ARGUMENTs go to nerveskeyfs.
# Returns when the mount answers. $DAEMON_LOG is the daemon's output, $DAEMON its
# process. FAKE_CLOCK="2020-01-01 00:00:00" fakes the time of its start.
# BOOTTIME_AHEAD is a file with the seconds of a faked suspend.
mount_chip() {
	local -i i=${#nk_mounts[@]}
	local -a options
	IFS=, read -ra options <<<"$SIM_OPTIONS"
	DAEMON_LOG=$TMP/daemon.$i.log
	mkdir -p "$MNT"
	[[ $NK_BUS == sim ]] || nk_serve_bus "$i" "${options[@]}"
	nk_daemon_command "$i"
	# Golden chips have all the same serial, and journals are kept by serial.
	"${nk_command[@]}" "$(chip_device)" "$MNT" -f -o "state=$TMP/state" "$@" \
		>"$DAEMON_LOG" 2>&1 3>&- &
	DAEMON=$!
	nk_mounts[i]=$MNT
	nk_daemons[i]=$DAEMON
	nk_logs[i]=$DAEMON_LOG
	wait_until nk_mounted_or_dead "$MNT" "$DAEMON"
	if ! nk_is_mounted "$MNT"; then
		nk_forget_mount "$i"
		cat "$DAEMON_LOG" >&2
		return 1
	fi
}

# mount_beside [OPTION...]: mount the chip of the first mount a second time, at
# another $MNT, by a daemon on the same bus. For NK_BUS=i2c.
mount_beside() {
	MNT=$TMP/beside
	# shellcheck disable=SC2317 # mount_chip calls it
	nk_serve_bus() { ln -s "$TMP/bus.0.sock" "$TMP/bus.$1.sock"; }
	mount_chip "$@"
}

# unmount_chip: unmount $MNT. The daemon must exit with 0.
unmount_chip() {
	local -i i
	for i in "${!nk_mounts[@]}"; do
		if [[ ${nk_mounts[i]} == "$MNT" ]]; then
			nk_undo_mount "$i" && nk_end_bus "$i"
			return
		fi
	done
	echo "nothing is mounted at $MNT" >&2
	return 1
}

# The signer that golden certificates and most tests use.
SIGNER=$GOLDEN/signers/y31

# provision_request [LINE...]: a whole request for `provision`, for $SERIAL.
provision_request() {
	printf '%s\n' "serial=${SERIAL-N1234567}" "$@"
	cat "$SIGNER.cert" "$SIGNER.key"
	echo commit
}

# provision_chip [LINE...]: in one open and several writes.
provision_chip() {
	provision_request "$@" >"$MNT/provision"
}

# state_of KEY: its value in `status`.
state_of() {
	sed -n "s/^$1=//p" "$MNT/status"
}

# verify_device FILE SIGNER: check that SIGNER's certificate signed FILE's. Ignores
# dates, because golden certificates are not valid today.
verify_device() {
	openssl verify -no_check_time -partial_chain -trusted "$2" "$1"
}

# der_of FILE: the PEM certificate in FILE as hex of its DER.
der_of() {
	openssl x509 -in "$1" -outform DER | xxd -p | tr -d '\n'
}

# assert_signed MESSAGE DER: openssl verifies that the mounted chip signed the file
# MESSAGE.
assert_signed() {
	run openssl dgst -sha256 -verify "$MNT/pubkey.pem" \
		-signature "$2" "$1"
	assert_output "Verified OK"
}

# golden FILE FILTER: print a value of a golden JSON file.
golden() {
	jq -r "$2" "$GOLDEN/$1"
}

# assert_errno NAME COMMAND...: it fails with the message of that errno.
assert_errno() {
	local name=$1 words
	shift
	words=$(nk_errno_words "$name")
	run "$@"
	assert_failure
	assert_output --partial "$words"
}

# wait_all PID...: wait for all. `wait` with several reports only the last one.
wait_all() {
	local pid
	for pid in "$@"; do
		wait "$pid"
	done
}

# For `run` and assert_errno, with the error of write(2) as the shell shows it.
write_text() { printf %s "$2" >"$1"; }
write_hex() { xxd -r -p <<<"$2" | dd of="$1" bs=64k conv=notrunc status=none; }
write_file() { dd if="$2" of="$1" bs=64k conv=notrunc status=none; }

nk_errno_words() {
	case $1 in
	EACCES) echo "Permission denied" ;;
	EBUSY) echo "Device or resource busy" ;;
	EEXIST) echo "File exists" ;;
	EFBIG) echo "File too large" ;;
	EINVAL) echo "Invalid argument" ;;
	EIO) echo "Input/output error" ;;
	EISDIR) echo "Is a directory" ;;
	ENAMETOOLONG) echo "File name too long" ;;
	ENODATA) echo "No data available" ;;
	ENODEV) echo "No such device" ;;
	ENOENT) echo "No such file or directory" ;;
	EOPNOTSUPP) echo "Operation not supported" ;;
	ENOSPC) echo "No space left on device" ;;
	EPERM) echo "Operation not permitted" ;;
	ETIMEDOUT) echo "Connection timed out" ;;
	EUCLEAN) echo "Structure needs cleaning" ;;
	*) echo "no such errno: $1" ;;
	esac
}

nk_is_mounted() { timeout 30 mountpoint -q "$1"; }
nk_is_dead() { ! kill -0 "$1" 2>/dev/null; }
nk_mounted_or_dead() { nk_is_mounted "$1" || nk_is_dead "$2"; }
nk_try_unmount() { fusermount3 -u "$1" 2>/dev/null; }

# nk_daemon_command I: set nk_command to nerveskeyfs and its prefix, for mount
# number I.
nk_daemon_command() {
	local -a preload=() variables=()
	nk_command=(nerveskeyfs)
	if [[ -n ${FAKE_CLOCK:-} ]]; then
		preload+=("$(faketime -f +0 printenv LD_PRELOAD)")
		variables+=("FAKETIME=@$FAKE_CLOCK"
			FAKETIME_DONT_FAKE_MONOTONIC=1)
	fi
	if [[ -n ${BOOTTIME_AHEAD:-} ]]; then
		preload+=("$NK_BUILD/lib/preload_boottime.so")
		variables+=("BOOTTIME_AHEAD=$BOOTTIME_AHEAD")
	fi
	if [[ $NK_BUS == i2c ]]; then
		preload+=("$NK_BUILD/lib/preload_i2c.so")
		variables+=("I2C_PRELOAD_BUS=1=$TMP/bus.$1.sock")
	fi
	((${#preload[@]} > 0)) || return 0
	# A sanitizer's runtime must be the first library.
	nk_command=(env "${variables[@]}"
		"LD_PRELOAD=$(nk_sanitizer_libraries)${preload[*]}"
		nerveskeyfs)
}

# faked CLOCK COMMAND...: run it at that time (UTC).
faked() {
	local clock=$1
	shift
	env TZ=UTC "FAKETIME=@$clock" \
		"LD_PRELOAD=$(nk_sanitizer_libraries)$(faketime -f +0 \
			printenv LD_PRELOAD)" "$@"
}

nk_sanitizer_libraries() {
	ldd "$NK_BUILD/bin/nerveskeyfs" |
		sed -n 's/.*=> \(.*lib[at]san[^ ]*\).*/\1/p' |
		tr '\n' ' '
}

is_sanitized() { [[ -n $(nk_sanitizer_libraries) ]]; }

# A sanitizer's dlopen() does not know the RUNPATH of its caller.
! is_sanitized || export LD_LIBRARY_PATH=$NK_BUILD/lib/nerveskeyfs

# nk_serve_bus I [OPTION=VALUE...]: serve $CHIP on the bus of mount number I.
nk_serve_bus() {
	local socket=$TMP/bus.$1.sock option
	local -a arguments=()
	for option in "${@:2}"; do
		arguments+=("--${option%%=*}" "${option#*=}")
	done
	nerveskey-sim serve "$CHIP" --socket "$socket" "${arguments[@]}" \
		>"$TMP/bus.$1.log" 2>&1 3>&- &
	nk_buses[$1]=$!
	wait_until test -S "$socket"
}

nk_end_bus() {
	local pid=${nk_buses[$1]:-}
	[[ -n $pid ]] || return 0
	unset "nk_buses[$1]"
	if ! nk_end_server "$pid"; then
		nk_complain "a bus did not end well" "$TMP/bus.$1.log"
		return 1
	fi
}

# nk_end_server PID: end it. It must exit with 0, now or earlier.
nk_end_server() {
	local -i code=0
	kill "$1" 2>/dev/null || true
	wait_until nk_is_dead "$1" || return
	wait "$1" 2>/dev/null || code=$?
	# 127: it was started in a subshell, and is not our child.
	if ((code != 0 && code != 127)); then
		echo "a simulator ended with $code" >&2
		return 1
	fi
}

nk_forget_mount() {
	unset "nk_mounts[$1]" "nk_daemons[$1]" "nk_logs[$1]"
}

# Unmount, wait for the daemon, and fail unless it exits with 0.
nk_undo_mount() {
	local mount=${nk_mounts[$1]} pid=${nk_daemons[$1]} log=${nk_logs[$1]}
	local -i code=0
	nk_forget_mount "$1"
	if nk_is_dead "$pid"; then
		fusermount3 -u -z "$mount" 2>/dev/null || true
		nk_complain "the daemon of $mount died" "$log"
		return 1
	fi
	if ! wait_until nk_try_unmount "$mount"; then
		fusermount3 -u -z "$mount"
		kill "$pid" || true
		nk_complain "$mount stayed busy" "$log"
		return 1
	fi
	if ! wait_until nk_is_dead "$pid"; then
		kill -KILL "$pid" || true
		nk_complain "the daemon of $mount did not end" "$log"
		return 1
	fi
	wait "$pid" 2>/dev/null || code=$?
	# 127: mount_chip ran in a subshell, and its child is not ours.
	if ((code != 0 && code != 127)); then
		nk_complain "the daemon of $mount ended with $code" "$log"
		return 1
	fi
}

nk_complain() {
	echo "$1; its log:" >&2
	cat "$2" >&2
}

nk_show_reports() {
	local report found=0
	for report in "$TMP"/sanitizer.*; do
		[[ -e $report ]] || continue
		echo "a sanitizer reports:" >&2
		cat "$report" >&2
		found=1
	done
	return "$found"
}
