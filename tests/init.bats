# SPDX-License-Identifier: Apache-2.0
# The init script for BusyBox, where all commands are BusyBox'. The one for OpenRC
# is tried by tests/packages.

load helpers

setup() {
	nk_setup
	sim_only "an init has nothing to do with the bus"
	[[ $EUID -eq 0 ]] || skip "it wants root"
	new_chip 608b provisioned
	MNT=$TMP/run/nerveskey # where nothing is yet
	mkdir "$TMP/bin"
	busybox --install -s "$TMP/bin"
	ln -s "$NK_BUILD/bin/nerveskeyfs" "$TMP/bin/"
	printf '%s\n' "DEVICE=sim:$CHIP" "MOUNTPOINT=$MNT" PATIENCE=20 \
		"OPTIONS=allow_other,state=$TMP/state" >"$TMP/default"
	sed "s|/etc/default/nerveskeyfs|$TMP/default|g" \
		"$ROOT/contrib/init/S60nerveskeyfs" >"$TMP/S60nerveskeyfs"
}

teardown() {
	local pid
	pid=$(daemon_pid) && kill -KILL "$pid"
	umount -q -l "$MNT" || true
	nk_teardown
}

daemon_pid() { pgrep -o -f "^nerveskeyfs sim:$CHIP"; }

script() { PATH=$TMP/bin busybox sh "$TMP/S60nerveskeyfs" "$1" 3>&-; }

@test "it starts, tells how it is, and stops, though a file is held open" {
	run -3 script status
	run -0 script start
	assert_equal "${lines[-1]}" OK
	assert_equal "$(cat "$MNT/serial")" N1234567
	run -0 script status
	assert_output "sim:$CHIP is mounted on $MNT"
	exec 9<"$MNT/serial"
	run -0 script stop
	assert_output "Stopping nerveskeyfs: OK"
	exec 9<&-
	run -1 daemon_pid
	run -32 mountpoint -q "$MNT"
	run -0 script stop
}

@test "a second start leaves the daemon as it is, and restart has another" {
	script start
	local first
	first=$(daemon_pid)
	run -0 script start
	assert_equal "$(daemon_pid)" "$first"
	run -0 script restart
	[[ $(daemon_pid) != "$first" ]]
	assert_equal "$(cat "$MNT/serial")" N1234567
}

@test "it starts over what a killed daemon has left" {
	script start
	local pid
	pid=$(daemon_pid)
	kill -KILL "$pid"
	wait_until nk_is_dead "$pid"
	run -3 script status
	run -0 script start
	assert_equal "$(cat "$MNT/serial")" N1234567
}

@test "a chip that is not there is told by words and the exit status" {
	echo DEVICE=sim:/nowhere/chip >>"$TMP/default"
	run -1 script start
	assert_output --partial /nowhere/chip
	refute_output --partial OK
}

# The directory in which it mounts is all that can be written.
@test "it mounts on a read-only root" {
	mkdir "$TMP/run"
	printf '%s\n' "DEVICE=sim:$TMP/run/chip" >>"$TMP/default"
	# shellcheck disable=SC2016 # expanded by the inner shell
	run -0 env TMP="$TMP" CHIP="$CHIP" "$ROOT/tests/own-mounts" \
		bash -eu -c '
			export PATH=$TMP/bin:$PATH
			mount -t tmpfs tmpfs "$TMP/run"
			cp "$CHIP" "$TMP/run/chip"
			mount -o remount,bind,ro /
			! touch "$TMP/file" 2>/dev/null
			sh "$TMP/S60nerveskeyfs" start
			cat "$TMP/run/nerveskey/serial"
			echo value >"$TMP/run/nerveskey/settings/key"
			cat "$TMP/run/nerveskey/settings/key"
			sh "$TMP/S60nerveskeyfs" stop'
	assert_equal "$(tail -n 4 <<<"$output")" "OK
N1234567
value
Stopping nerveskeyfs: OK"
}
