#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What the daemon gives up, who may do what, and what stays in its memory.
load helpers

setup() {
	nk_setup
	[[ $(id -u) == 0 ]] || skip "root has something to give up"
	export SIM_OPTIONS=clock=virtual
	# Other users have to get as far as the mount.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$TMP" 2>/dev/null || true
	open_way_to "$TMP"
}

# Shadow memory is terabytes.
no_sanitizer() {
	! is_sanitized || skip "a sanitizer has too much memory to search"
}

process_status() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$DAEMON/status"
}

# as UID[:GID] COMMAND...: without any other group.
as() {
	local who=$1
	shift
	setpriv --reuid "${who%:*}" --regid "${who#*:}" --clear-groups "$@"
}

# The private scalar in SIGNER's SEC1 file, in hex.
signer_scalar() {
	openssl ec -in "$SIGNER.key" -noout -text 2>/dev/null |
		sed -n '/^priv:/,/^pub:/{/^ /p}' | tr -d ' :\n'
}

# A line of the PEM file, as bytes in hex.
key_line() {
	sed -n 2p "$SIGNER.key" | tr -d '\n' | xxd -p | tr -d '\n'
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

@test "the signer's key is nowhere in memory after a commit" {
	no_sanitizer
	new_chip 608b
	mount_chip
	provision_request | grep -v '^commit$' >"$MNT/provision"
	# While it is staged it is there: the search can find it.
	run "$ROOT/tests/memory-search" "$DAEMON" "$(key_line)"
	assert_failure 1
	echo commit >"$MNT/provision"
	assert_equal "$(state_of state)" complete
	run "$ROOT/tests/memory-search" "$DAEMON" "$(signer_scalar)" "$(key_line)"
	assert_success
}

@test "the signer's key is nowhere in memory after a reset" {
	no_sanitizer
	new_chip 608b
	mount_chip
	provision_request | grep -v '^commit$' >"$MNT/provision"
	echo reset >"$MNT/provision"
	run "$ROOT/tests/memory-search" "$DAEMON" "$(signer_scalar)" "$(key_line)"
	assert_success
}

@test "the signer's key is nowhere in memory after a refused request" {
	no_sanitizer
	new_chip 608b
	mount_chip
	{ cat "$SIGNER.cert" "$SIGNER.key" && echo serial=; } >"$TMP/request"
	assert_errno EINVAL write_file "$MNT/provision" "$TMP/request"
	rm "$TMP/request"
	echo reset >"$MNT/provision"
	run "$ROOT/tests/memory-search" "$DAEMON" "$(signer_scalar)" "$(key_line)"
	assert_success
}
