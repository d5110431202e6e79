#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The daemon gives up privileges, and file modes decide who may do what.
load helpers

setup() {
	nk_setup
	[[ $(id -u) == 0 ]] || skip "root has something to give up"
	export SIM_OPTIONS=clock=virtual
	# Other users must be able to reach the mount.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$TMP" 2>/dev/null || true
	open_way_to "$TMP"
}

# process_status FIELD [PID]: the daemon's, or that process'.
process_status() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/${2:-$DAEMON}/status"
}

# as UID[:GID] COMMAND...: without any other group.
as() {
	local who=$1
	shift
	setpriv --reuid "${who%:*}" --regid "${who#*:}" --clear-groups "$@"
}

@test "no capability is kept but for unmounting and locked memory" {
	new_chip 608b provisioned
	mount_chip
	# CAP_SYS_ADMIN, CAP_IPC_LOCK; CAP_DAC_OVERRIDE for the simulator's file.
	if [[ $NK_BUS == sim ]]; then
		assert_equal "$(process_status CapEff)" 0000000000204002
	else
		assert_equal "$(process_status CapEff)" 0000000000204000
	fi
	assert_equal "$(process_status CapPrm)" "$(process_status CapEff)"
}

@test "system calls are filtered, and no privilege can be gained" {
	new_chip 608b provisioned
	mount_chip
	assert_equal "$(process_status Seccomp)" 2
	assert_equal "$(process_status NoNewPrivs)" 1
}

@test "every thread is filtered" {
	new_chip 608b provisioned
	mount_chip
	head -c 1 "$MNT/random" >/dev/null
	run grep -hc '^Seccomp:.*2$' /proc/"$DAEMON"/task/*/status
	assert_success
	refute_line 0
}

@test "what was given up does not keep it from provisioning and unmounting" {
	new_chip 608b
	mount_chip
	provision_chip
	assert_equal "$(state_of state)" complete
	unmount_chip
}

@test "others read certificates and do not sign, draw, set or provision" {
	new_chip 608b provisioned
	mount_chip -o allow_other
	as 65534:65534 cat "$MNT/device.pem" >/dev/null
	as 65534:65534 cat "$MNT/status" >/dev/null
	assert_errno EACCES as 65534:65534 dd "of=$MNT/sign" status=none count=0
	assert_errno EACCES as 65534:65534 cat "$MNT/random"
	assert_errno EACCES as 65534:65534 ls "$MNT/settings"
	assert_errno EACCES as 65534:65534 cat "$MNT/settings.etf"
	assert_errno EACCES as 65534:65534 ls "$MNT/slots"
	assert_errno EACCES as 65534:65534 cat "$MNT/provision"
	assert_errno EACCES as 65534:65534 \
		cat "$MNT/signatures/$(printf '0%.0s' {1..64}).raw"
}

@test "the group signs and sets, and does not provision" {
	new_chip 608b provisioned
	mount_chip -o allow_other,gid=4242
	digest=$(sha256sum </dev/null | cut -c 1-64)
	as 65534:4242 cat "$MNT/signatures/$digest.raw" >"$TMP/signature"
	assert_equal "$(stat -c %s "$TMP/signature")" 64
	as 65534:4242 sh -c "echo group >'$MNT/settings/who'"
	assert_equal "$(cat "$MNT/settings/who")" group
	assert_errno EACCES as 65534:4242 cat "$MNT/provision"
}

@test "mounted by sudo, as README.md has it: the user may do all, others read" {
	new_chip 608b
	local options
	options=$(sed -n 's/.(id -u)/4242/; s/.(id -g)/4243/
		s/^sudo .*nerveskeyfs i2c-1 .* -o //p' "$ROOT/README.md")
	mount_chip -o "$options"
	as 4242:4243 cat "$MNT/provision" >/dev/null
	provision_request | as 4242:4243 sh -c "cat >'$MNT/provision'"
	as 4242:4243 head -c 1 "$MNT/random" >/dev/null
	as 65534:65534 cat "$MNT/device.pem" >/dev/null
	assert_errno EACCES as 65534:65534 cat "$MNT/random"
}

# The process that starts those which sign by a signer's key.
keeper_of() { pgrep -P "$DAEMON" -x nerveskey-sign; }

@test "what signs by a signer's key has given up all but locked memory" {
	new_chip 608b
	mount_chip
	local keeper
	keeper=$(keeper_of)
	assert_equal "$(process_status CapEff "$keeper")" 0000000000004000
	assert_equal "$(process_status CapPrm "$keeper")" 0000000000004000
	assert_equal "$(process_status Seccomp "$keeper")" 2
	assert_equal "$(process_status NoNewPrivs "$keeper")" 1
	# Nothing of the daemon's: no bus, no chip's file, no terminal.
	run readlink /proc/"$keeper"/fd/{0,1,2}
	assert_output $'/dev/null\n/dev/null\n/dev/null'
	run ls "/proc/$keeper/fd"
	assert_output $'0\n1\n2\n3'
	assert_equal "$(readlink "/proc/$keeper/cwd")" /
}

@test "without it nothing is provisioned, and all else goes on" {
	new_chip 608b
	mount_chip
	kill -KILL "$(keeper_of)"
	provision_request >"$TMP/request"
	assert_errno EIO write_file "$MNT/provision" "$TMP/request"
	assert_regex "$(state_of last_error)" '^EIO: .*mount again'
	assert_equal "$(state_of state)" blank
	unmount_chip
	mount_chip
	provision_chip
	assert_equal "$(state_of state)" complete
}

# Nobody may be there to wait for it.
has_ended() { [[ ! -e /proc/$1 ]] || grep -q '^State:.Z' "/proc/$1/status"; }

@test "it ends with the daemon, and by no signal to all" {
	new_chip 608b
	mount_chip
	local keeper
	keeper=$(keeper_of)
	unmount_chip
	has_ended "$keeper"
	mount_chip
	keeper=$(keeper_of)
	kill -TERM "$keeper"
	kill -INT "$keeper"
	provision_chip
	kill -KILL "$DAEMON"
	wait_until has_ended "$keeper"
	fusermount3 -u "$MNT"
	nk_forget_mount 0
}
